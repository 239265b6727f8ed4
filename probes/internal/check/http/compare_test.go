package http_test

import (
	"crypto/tls"
	"fmt"
	"net"
	nethttp "net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	quicgo "github.com/quic-go/quic-go"

	"github.com/lamplight-net/lamplight/probes/internal/blockpage"
	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/check/http"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// What is looked at beside the page when the page fails, and when the site says that it speaks HTTP/3.
func TestCompare(t *testing.T) {
	const name = "www.site.example"
	authority := servertest.NewAuthority(t)
	good := authority.Certificate(name, time.Hour)
	honest := servertest.Shake(good, answer("200 OK", ""))
	announcing := func(where string) servertest.Behavior {
		return func(conn net.Conn) {
			_, port, _ := net.SplitHostPort(conn.LocalAddr().String())
			servertest.Shake(good, answer("200 OK", "Alt-Svc: h2=\":1\", h3=\""+where+":"+port+"\"; ma=86400\r\n"))(conn)
		}
	}
	for _, test := range []struct {
		name  string
		serve servertest.Behavior
		quic  *tls.Config // nil: silence
		brief bool
		want  string
	}{
		{"nothing is wrong", honest, good, false, "dns dns tcp tls http"},
		{"HTTP/3 is announced", announcing(""), good, false, "dns dns tcp tls quic http"},
		{"HTTP/3 is announced and blocked", announcing(""), nil, false, "dns dns tcp tls quic:generic_timeout_error http"},
		{"HTTP/3 is announced elsewhere", announcing("cdn.example"), good, false, "dns dns tcp tls http"},
		{"HTTP/3 is announced to a brief look", announcing(""), good, true, "dns dns tcp tls http"},
		{"blocked by name, but not over QUIC", servertest.Blocked(name, servertest.ThenReset, honest), good, false,
			"dns dns tcp tls:connection_reset decoy quic http:connection_reset"},
		{"blocked by name", servertest.Blocked(name, servertest.Silence, honest), nil, false,
			"dns dns tcp tls:generic_timeout_error decoy quic:generic_timeout_error http:generic_timeout_error"},
		{"blocked by address", servertest.Silence, nil, false,
			"dns dns tcp tls:generic_timeout_error decoy:generic_timeout_error quic:generic_timeout_error http:generic_timeout_error"},
		{"blocked in a brief look", servertest.ThenReset, nil, true, "dns dns tcp tls:connection_reset http:connection_reset"},
		{"forged by name", servertest.Blocked(name, servertest.Shake(servertest.NewAuthority(t).Certificate(name, time.Hour), servertest.HangUp), honest), good, false,
			"dns dns tcp tls:ssl_unknown_authority decoy quic http:ssl_unknown_authority"},
		{"reset in the middle of the page", servertest.Shake(good, servertest.Say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab")), good, false,
			"dns dns tcp tls quic http:eof_error"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := internet(t, authority)
			v.Decoy = check.DefaultDecoy
			if strings.Contains(test.want, "timeout") {
				patience(v)
				v.Timeouts.QUIC = 300 * time.Millisecond
			}
			server := servertest.TCP(t, "127.20.0.1:0", test.serve)
			if test.quic == nil {
				servertest.SilentUDP(t, server.String())
			} else {
				servertest.QUIC(t, server.String(), test.quic, quicgo.Version1)
			}
			records := http.Visit(t.Context(), v, check.Look{Class: measurement.ClassForeign, Brief: test.brief}, at("https", name, server.Port()))
			if diff := cmp.Diff(test.want, steps(records)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, r := range records {
				if err := r.Validate(); err != nil {
					t.Errorf("record %+v: %v", r, err)
				}
			}
		})
	}
}

// QUIC is tried once in a look, however many hops announce it.
func TestQUICOnce(t *testing.T) {
	authority := servertest.NewAuthority(t)
	certificate := authority.Certificate("www.site.example", time.Hour)
	var port uint16
	server := web(t, "127.20.0.1:0", certificate, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		w.Header().Set("Alt-Svc", fmt.Sprintf(`h3=":%d"`, port))
		if r.URL.Path == "/" {
			w.Header().Set("Location", "/there")
			w.WriteHeader(nethttp.StatusFound)
		}
	})
	port = server.Port()
	servertest.QUIC(t, server.String(), certificate, quicgo.Version1)
	records, _ := visit(t, internet(t, authority), at("https", "www.site.example", port))
	if diff := cmp.Diff("dns dns tcp tls quic dns dns tcp tls http", steps(records)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Nothing is compared that only this machine is to blame for, and nothing of another site.
func TestNoComparison(t *testing.T) {
	v := internet(t, nil)
	v.Decoy = check.DefaultDecoy
	records, got := visit(t, v, "https://10.1.2.3/")
	if got.Failure != measurement.FailureGuarded || len(records) != 1 {
		t.Errorf("got %s", steps(records))
	}
	authority := servertest.NewAuthority(t)
	v.Roots = authority.Pool()
	var asked atomic.Int32
	other := servertest.TCP(t, "127.20.0.2:0", func(conn net.Conn) {
		asked.Add(1)
		servertest.ThenReset(conn)
	})
	here := servertest.TCP(t, "127.20.0.1:0", servertest.Shake(authority.Certificate("www.site.example", time.Hour),
		answer("302 Found", "Location: "+at("https", "other.example", other.Port())+"\r\n")))
	records, _ = visit(t, v, at("https", "www.site.example", here.Port()))
	if diff := cmp.Diff("dns dns tcp tls http:connection_reset", steps(records)); diff != "" || asked.Load() != 1 {
		t.Errorf("the other site was asked %d times (-want +got):\n%s", asked.Load(), diff)
	}
}

func TestBlockPages(t *testing.T) {
	prints, err := blockpage.Load(strings.NewReader(`name,scope,location_found,pattern_type,pattern,confidence_no_fp
by.body,nat,body,contains,blocked by order,5
by.location,nat,header.location,prefix,http://other.example,5
by.address,nat,dns,full,127.20.0.2,5
`))
	if err != nil {
		t.Fatal(err)
	}
	const blocked = "<p>blocked by order</p>"
	html := servertest.Say(whole("", blocked))
	other := servertest.TCP(t, "127.20.0.2:0", servertest.Say(whole("", "hello")))
	for _, test := range []struct {
		name, url, want string
		serve           servertest.Behavior
	}{
		{"by its text", "", "by.body", html},
		{"by its text, packed", "", "by.body", servertest.Say(whole("Content-Encoding: gzip\r\n", packed(t, blocked)))},
		{"by where a redirect leads", "", "by.location", answer("302 Found", "Location: "+at("http", "other.example", other.Port())+"\r\n")},
		{"by where its name leads", at("http", "other.example", other.Port()), "by.address", html},
		{"by where its name leads, though nobody answers", at("http", "other.example", servertest.ClosedTCP(t, "127.20.0.2:0").Port()), "by.address", html},
		{"none", "", "", answer("200 OK", "")},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := internet(t, nil)
			v.BlockPages = blockpage.New(prints)
			url := test.url
			if url == "" {
				url = at("http", "www.site.example", servertest.TCP(t, "127.20.0.1:0", test.serve).Port())
			}
			if _, got := visit(t, v, url); got.HTTP.Fingerprint != test.want {
				t.Errorf("got %q, want %q", got.HTTP.Fingerprint, test.want)
			}
		})
	}
}
