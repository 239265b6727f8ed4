package dns_test

import (
	"crypto/tls"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	mdns "github.com/miekg/dns"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// TestStream asks servers that misbehave over TCP and TLS.
func TestStream(t *testing.T) {
	authority := servertest.NewAuthority(t)
	good := authority.Certificate(resolverName, time.Hour)
	serve := func(cfg *tls.Config, answer mdns.HandlerFunc) netip.AddrPort {
		return servertest.DNSOver(t, "127.20.0.53:0", cfg, answer)
	}
	raw := func(behave servertest.Behavior) netip.AddrPort {
		return servertest.TCP(t, "127.20.0.53:0", behave)
	}
	long := "\xff\xff" + strings.Repeat("x", 1<<16)
	for _, tt := range []struct {
		name      string
		transport measurement.Transport
		server    netip.AddrPort
		want      measurement.Failure
		flaw      measurement.Flaw
	}{
		{"silence", "tcp", raw(servertest.Silence), measurement.FailureTimeout, ""},
		{"silence after a question", "tcp", serve(nil, say()), measurement.FailureTimeout, ""},
		{"hung up", "tcp", raw(servertest.Say("")), measurement.FailureEOF, ""},
		{"reset by what is asked", "tcp", raw(servertest.ThenReset), measurement.FailureConnectionReset, ""},
		{"a web page", "tcp", raw(servertest.Say("HTTP/1.1 400 Bad Request\r\n\r\n" + long)), measurement.FailureDNSServfail, measurement.FlawMalformed},
		{"a message of any length", "tcp", raw(servertest.Say(long)), measurement.FailureDNSServfail, measurement.FlawMalformed},
		{"an answer longer than any", "tcp", serve(nil, say(many(600))), measurement.FailureDNSServfail, measurement.FlawMalformed},
		{"a message of no length", "tcp", raw(servertest.Say("\x00\x00")), measurement.FailureDNSServfail, measurement.FlawMalformed},
		{"wrong ids", "tcp", serve(nil, say(wrongID, wrongID, wrongID, wrongID, wrongID)), measurement.FailureDNSReplyWrongID, measurement.FlawWrongID},
		{"another question", "tcp", serve(nil, say(wrongQuestion)), measurement.FailureDNSReplyWrongID, measurement.FlawWrongQuestion},
		{"the certificate of another", "dot", serve(authority.Certificate("other.example", time.Hour), site), measurement.FailureTLSInvalidHostname, ""},
		{"an old certificate", "dot", serve(authority.Certificate(resolverName, -time.Hour), site), measurement.FailureTLSInvalidCert, ""},
		{"an unknown authority", "dot", serve(servertest.NewAuthority(t).Certificate(resolverName, time.Hour), site), measurement.FailureTLSUnknownAuth, ""},
		{"a closed port", "dot", servertest.ClosedTCP(t, "127.20.0.53:0"), measurement.FailureConnectionRefused, ""},
		{"a handshake that hangs", "dot", raw(servertest.Silence), measurement.FailureTimeout, ""},
		{"a handshake reset by the name", "dot", raw(servertest.ThenReset), measurement.FailureConnectionReset, ""},
		{"no TLS", "dot", serve(nil, site), measurement.FailureEOF, ""},
		{"silence behind TLS", "dot", serve(good, say()), measurement.FailureTimeout, ""},
		{"hung up behind TLS", "dot", raw(servertest.Shake(good, servertest.Say(""))), measurement.FailureEOF, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := servertest.Vantage(t, tt.server, authority.Pool())
			if tt.want == measurement.FailureTimeout || tt.flaw != "" {
				v.Timeouts.DNS, v.Timeouts.TLS = 300*time.Millisecond, 300*time.Millisecond
			}
			resolver := plan.Resolver{Address: tt.server, Transport: tt.transport}
			if tt.transport == measurement.TransportDoT {
				resolver.Name = resolverName
			}
			got := askOne(t, v, resolver, "a.example")[0]
			if got.Failure != tt.want || got.DNS.Flaw != tt.flaw {
				t.Errorf("got %q and flaw %q, want %q and %q", got.Failure, got.DNS.Flaw, tt.want, tt.flaw)
			}
		})
	}
}

// TestStreamConnectsOnce asks all its questions over one connection, and anew where a server hangs up after
// each answer; a connection that cannot be made is tried once.
func TestStreamConnectsOnce(t *testing.T) {
	var connections atomic.Int32
	answerOne := func(conn net.Conn) {
		connections.Add(1)
		c := mdns.Conn{Conn: conn}
		if q, err := c.ReadMsg(); err == nil {
			_ = c.WriteMsg(servertest.Answer(q, "127.20.0.1"))
		}
	}
	answerAll := func(conn net.Conn) {
		connections.Add(1)
		c := mdns.Conn{Conn: conn}
		for {
			q, err := c.ReadMsg()
			if err != nil {
				return
			}
			_ = c.WriteMsg(servertest.Answer(q, "127.20.0.1"))
		}
	}
	refuse := func(conn net.Conn) {
		connections.Add(1)
		servertest.Reset(conn)
	}
	for _, tt := range []struct {
		name      string
		transport measurement.Transport
		behave    servertest.Behavior
		want      int32
		failure   measurement.Failure
	}{
		{"all over one", "tcp", answerAll, 1, ""},
		{"one each", "tcp", answerOne, 3, ""},
		{"a handshake that fails", "dot", refuse, 1, measurement.FailureConnectionReset},
		{"the same over HTTPS", "doh", refuse, 1, measurement.FailureConnectionReset},
	} {
		t.Run(tt.name, func(t *testing.T) {
			connections.Store(0)
			server := servertest.TCP(t, "127.20.0.53:0", tt.behave)
			records := askOne(t, servertest.Vantage(t, server, nil), plan.Resolver{Address: server, Transport: tt.transport, Name: resolverName}, "a.example")
			for _, r := range records {
				if r.DNS.Query == "A" && r.Failure != tt.failure {
					t.Errorf("%s: got %q, want %q", r.DNS.Query, r.Failure, tt.failure)
				}
			}
			if got := connections.Load(); got != tt.want {
				t.Errorf("%d connections, want %d", got, tt.want)
			}
		})
	}
}
