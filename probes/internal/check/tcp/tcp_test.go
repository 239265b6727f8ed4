package tcp_test

import (
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/check/tcp"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const target = "www.site.example:443"

var look = check.Look{Number: 7, Class: measurement.ClassForeign}

// seen writes each attempt's address and how it failed.
func seen(records []measurement.Record) string {
	var out []string
	for _, r := range records {
		step := r.TCP.Address.String()
		if r.Failure != "" {
			step += ":" + string(r.Failure)
		}
		out = append(out, step)
	}
	return strings.Join(out, " ")
}

func remote(conn net.Conn) string {
	if conn == nil {
		return ""
	}
	conn.Close()
	return netip.MustParseAddrPort(conn.RemoteAddr().String()).Addr().String()
}

func TestConnect(t *testing.T) {
	open := servertest.TCP(t, "127.20.0.1:0", servertest.Silence)
	at := func(hosts ...string) []netip.AddrPort {
		var out []netip.AddrPort
		for _, host := range hosts {
			out = append(out, netip.AddrPortFrom(netip.MustParseAddr(host), open.Port()))
		}
		return out
	}
	servertest.TCP(t, at("127.20.0.5")[0].String(), servertest.Silence)
	const closed, other = "127.20.0.3", "127.20.0.5"
	many := at(closed, "127.20.0.11", "127.20.0.12", "127.20.0.13", "127.20.0.14", "127.20.0.15", "127.20.0.1")
	for _, test := range []struct {
		name    string
		brief   bool
		to      []netip.AddrPort
		used    string
		failure measurement.Failure
		want    string
	}{
		{"one", false, at("127.20.0.1"), "127.20.0.1", "", "127.20.0.1"},
		{"every address is tried", false, at("127.20.0.1", closed, other), "127.20.0.1", "",
			"127.20.0.1 127.20.0.3:connection_refused 127.20.0.5"},
		{"the first in order that answers is used", false, at(closed, other, "127.20.0.1"), other, "",
			"127.20.0.3:connection_refused 127.20.0.5 127.20.0.1"},
		{"none answers", false, at(closed, "127.20.0.4"), "", measurement.FailureConnectionRefused,
			"127.20.0.3:connection_refused 127.20.0.4:connection_refused"},
		{"no more than six", false, many, "", measurement.FailureConnectionRefused,
			"127.20.0.3:connection_refused 127.20.0.11:connection_refused 127.20.0.12:connection_refused " +
				"127.20.0.13:connection_refused 127.20.0.14:connection_refused 127.20.0.15:connection_refused"},
		{"a brief look ends with the first answer", true, at(closed, other, "127.20.0.1"), other, "",
			"127.20.0.3:connection_refused 127.20.0.5"},
		{"what the guard refuses is not tried, written down or counted", false,
			append(at("10.0.0.1", "10.0.0.2", "10.0.0.3", "192.168.1.1", "127.0.0.1", "::1", "8.8.8.8"), open), "127.20.0.1", "", "127.20.0.1"},
		{"the guard refuses all", false, at("10.0.0.1", "192.168.1.1"), "", measurement.FailureGuarded, ""},
		{"nothing to try", false, nil, "", measurement.FailureGuarded, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := servertest.Vantage(t, netip.AddrPort{}, nil)
			look := look
			look.Brief = test.brief
			conn, attempts, failed := tcp.Connect(t.Context(), v, look, target, test.to)
			if used := remote(conn); used != test.used || failed != test.failure {
				t.Errorf("uses %q, failure %q; want %q and %q", used, failed, test.used, test.failure)
			}
			if diff := cmp.Diff(test.want, seen(attempts())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, r := range attempts() {
				if err := r.Validate(); err != nil || r.Target != target || r.Check != 7 {
					t.Errorf("record %+v: %v", r, err)
				}
			}
		})
	}
}
