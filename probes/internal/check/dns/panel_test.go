package dns_test

import (
	"context"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	mdns "github.com/miekg/dns"

	"github.com/lamplight-net/lamplight/probes/internal/check/dns"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const resolverName = "dns.example"

// site answers with an alias, addresses, and an HTTPS record, as a large site's resolver does.
func site(w mdns.ResponseWriter, q *mdns.Msg) {
	m := servertest.Answer(q, "127.20.0.1", "2606:4700::1111")
	if q.Question[0].Qtype == mdns.TypeHTTPS {
		m.Answer = []mdns.RR{&mdns.HTTPS{SVCB: mdns.SVCB{
			Hdr: mdns.RR_Header{Name: "cdn.example.", Rrtype: mdns.TypeHTTPS, Class: mdns.ClassINET}, Priority: 1, Target: ".",
			Value: []mdns.SVCBKeyValue{
				&mdns.SVCBAlpn{Alpn: []string{"h3", "h2", "http/1.1", "203.0.113.7"}}, &mdns.SVCBECHConfig{ECH: []byte{1, 2, 3}},
			},
		}}}
	}
	alias := &mdns.CNAME{Hdr: mdns.RR_Header{Name: q.Question[0].Name, Rrtype: mdns.TypeCNAME, Class: mdns.ClassINET}, Target: "cdn.example."}
	m.Answer = append([]mdns.RR{alias}, m.Answer...)
	_ = w.WriteMsg(m)
}

// TestEveryTransport sees the same over all of them.
func TestEveryTransport(t *testing.T) {
	authority := servertest.NewAuthority(t)
	cert := authority.Certificate(resolverName, time.Hour)
	old := cert.Clone()
	old.NextProtos = []string{"http/1.1"}
	for _, tt := range []struct {
		name      string
		transport measurement.Transport
		address   netip.AddrPort
	}{
		{"UDP", "udp", servertest.DNS(t, "127.20.0.53:0", site)},
		{"TCP", "tcp", servertest.DNSOver(t, "127.20.0.53:0", nil, site)},
		{"TLS", "dot", servertest.DNSOver(t, "127.20.0.53:0", cert, site)},
		{"HTTP/2", "doh", servertest.HTTPS(t, "127.20.0.53:0", cert, servertest.DoH(site))},
		{"HTTP/1.1", "doh", servertest.HTTPS(t, "127.20.0.53:0", old, servertest.DoH(site))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			resolver := plan.Resolver{Address: tt.address, Transport: tt.transport, Name: resolverName}
			v := servertest.Vantage(t, tt.address, authority.Pool())
			var got []measurement.DNS
			for _, r := range askOne(t, v, resolver, "a.example") {
				if r.Failure != "" {
					t.Errorf("%s: %s", r.DNS.Query, r.Failure)
				}
				got = append(got, *r.DNS)
			}
			d := measurement.DNS{Resolver: "public", Transport: tt.transport, Rcode: "NOERROR", CNAMEs: []string{"cdn.example"}}
			a, aaaa, https := d, d, d
			a.Query, a.Answers = "A", []measurement.Answer{v4}
			aaaa.Query, aaaa.Answers = "AAAA", []measurement.Answer{{Class: "public", Address: netip.MustParseAddr("2606:4700::1111")}}
			https.Query, https.ALPN, https.ECH = "HTTPS", []string{"h3", "h2"}, true
			if diff := cmp.Diff([]measurement.DNS{a, aaaa, https}, got, compareAddr); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestOneQuestionForHTTPS asks one of many resolvers, and in time each of them.
func TestOneQuestionForHTTPS(t *testing.T) {
	var asked [3]atomic.Int32
	var resolvers []plan.Resolver
	for i := range asked {
		server := servertest.DNSOver(t, "127.20.0.53:0", nil, func(w mdns.ResponseWriter, q *mdns.Msg) {
			if q.Question[0].Qtype == mdns.TypeHTTPS {
				asked[i].Add(1)
			}
			site(w, q)
		})
		resolvers = append(resolvers, plan.Resolver{Address: server, Class: "isp", Transport: "tcp"})
	}
	v := servertest.Vantage(t, resolvers[0].Address, nil)
	panel := dns.NewPanel(resolvers, "")
	const looks = 60 // that one of three is never chosen has odds of one in ten thousand million
	for range looks {
		if records := panel.Ask(t.Context(), v, look, "a.example"); len(records) != 7 {
			t.Fatalf("%d records, want two of each resolver and one more", len(records))
		}
	}
	sum := int32(0)
	for i := range asked {
		if n := asked[i].Load(); n == 0 {
			t.Errorf("resolver %d is never asked", i)
		} else {
			sum += n
		}
	}
	if sum != looks {
		t.Errorf("%d questions in %d looks", sum, looks)
	}
	if records := dns.NewPanel(nil, "").Ask(t.Context(), v, look, "a.example"); records != nil {
		t.Errorf("nobody is asked, and says %+v", records)
	}
}

// TestTruncated asks again over TCP, and keeps both.
func TestTruncated(t *testing.T) {
	over := func(tcp func(*mdns.Msg) []byte) mdns.HandlerFunc {
		return func(w mdns.ResponseWriter, q *mdns.Msg) {
			_, stream := w.LocalAddr().(*net.TCPAddr)
			switch {
			case !stream:
				_, _ = w.Write(cut(q))
			case q.Question[0].Qtype == mdns.TypeA:
				_, _ = w.Write(tcp(q))
			default:
				_ = w.WriteMsg(servertest.Answer(q))
			}
		}
	}
	first := told{Transport: "udp", Failure: measurement.FailureDNSTemporary, Flaw: measurement.FlawTruncated, Rcode: "NOERROR"}
	for name, tt := range map[string]struct {
		server netip.AddrPort
		second told
	}{
		"and whole over TCP": {servertest.DNSBoth(t, "127.20.0.53", over(found("127.20.0.1"))),
			answered(v4).but(func(d *told) { d.Transport = "tcp" })},
		"and again over TCP": {servertest.DNSBoth(t, "127.20.0.53", over(cut)), first.but(func(d *told) { d.Transport = "tcp" })},
		"and TCP is closed": {servertest.DNS(t, "127.20.0.53:0", over(cut)),
			told{Transport: "tcp", Failure: measurement.FailureConnectionRefused}},
	} {
		t.Run(name, func(t *testing.T) {
			records := askOne(t, servertest.Vantage(t, tt.server, nil), plan.Resolver{Address: tt.server}, "a.example")
			if diff := cmp.Diff([]told{first, tt.second}, tell(records), compareAddr); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	t.Run("but not before an address", func(t *testing.T) {
		server := servertest.DNS(t, "127.20.0.53:0", say(changed(func(m *mdns.Msg) { m.Truncated = true })))
		v := servertest.Vantage(t, server, nil)
		v.Timeouts.DNS = time.Second
		got := tell(askOne(t, v, plan.Resolver{Address: server}, "a.example"))
		if diff := cmp.Diff([]told{answered(v4)}, got, compareAddr); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// TestGivesUpWithTheProbe ends when the probe does, and not when the resolver's time is over.
func TestGivesUpWithTheProbe(t *testing.T) {
	for _, transport := range []measurement.Transport{"udp", "tcp"} {
		ctx, cancel := context.WithCancel(t.Context())
		server := servertest.DNS(t, "127.20.0.53:0", func(mdns.ResponseWriter, *mdns.Msg) { cancel() })
		if transport == "tcp" {
			server = servertest.TCP(t, "127.20.0.53:0", func(conn net.Conn) {
				_, _ = conn.Read(make([]byte, 1))
				cancel()
				servertest.Silence(conn)
			})
		}
		v := servertest.Vantage(t, server, nil)
		v.Timeouts.DNS = time.Hour
		dns.NewPanel([]plan.Resolver{{Address: server, Class: "isp", Transport: transport}}, "").Ask(ctx, v, look, "a.example")
		cancel()
	}
}
