package quic_test

import (
	"crypto/tls"
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	quicgo "github.com/quic-go/quic-go"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/check/quic"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const name, target = "www.site.example", "www.site.example:443"

func TestHandshake(t *testing.T) {
	ca := servertest.NewAuthority(t)
	good, other := ca.Certificate(name, time.Hour), ca.Certificate("other.example", time.Hour)
	const at = "127.20.0.1:0"
	for _, test := range []struct {
		name    string
		server  func(testing.TB) netip.AddrPort
		failure measurement.Failure
		want    measurement.QUIC
	}{
		{"version 1", func(t testing.TB) netip.AddrPort { return servertest.QUIC(t, at, good, quicgo.Version1) }, "",
			measurement.QUIC{Version: "1", KeySHA256: servertest.KeyHash(good)}},
		{"version 2", func(t testing.TB) netip.AddrPort { return servertest.QUIC(t, at, good, quicgo.Version2) }, "",
			measurement.QUIC{Version: "2", KeySHA256: servertest.KeyHash(good)}},
		{"wrong host", func(t testing.TB) netip.AddrPort { return servertest.QUIC(t, at, other, quicgo.Version1) },
			measurement.FailureTLSInvalidHostname, measurement.QUIC{Version: "1", KeySHA256: servertest.KeyHash(other)}},
		{"unknown authority", func(t testing.TB) netip.AddrPort {
			return servertest.QUIC(t, at, servertest.NewAuthority(t).Certificate(name, time.Hour), quicgo.Version1)
		}, measurement.FailureTLSUnknownAuth, measurement.QUIC{Version: "1"}},
		{"an alert", func(t testing.TB) netip.AddrPort {
			refusing := &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return nil, errors.New("nobody is served") }}
			return servertest.QUIC(t, at, refusing, quicgo.Version1)
		}, measurement.FailureTLSFailedHandshake, measurement.QUIC{Alert: 80}},
		{"silence", func(t testing.TB) netip.AddrPort { return servertest.SilentUDP(t, at) }, measurement.FailureTimeout, measurement.QUIC{}},
		{"nobody listens", func(t testing.TB) netip.AddrPort { return servertest.ClosedUDP(t, at) }, measurement.FailureConnectionRefused, measurement.QUIC{}},
		{"the guard refuses", func(testing.TB) netip.AddrPort { return netip.MustParseAddrPort("127.0.0.1:443") }, measurement.FailureGuarded, measurement.QUIC{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := servertest.Vantage(t, netip.AddrPort{}, ca.Pool())
			if test.name == "silence" {
				v.Timeouts.QUIC = 300 * time.Millisecond
			}
			to := test.server(t)
			r := quic.Handshake(t.Context(), v, check.Look{Number: 7, Class: measurement.ClassForeign}, to, target, name)
			if r.Failure != test.failure {
				t.Errorf("failure %q, want %q", r.Failure, test.failure)
			}
			test.want.Address, test.want.ServerName = to.Addr(), name
			if diff := cmp.Diff(&test.want, r.QUIC, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if err := r.Validate(); err != nil {
				t.Error(err)
			}
		})
	}
}
