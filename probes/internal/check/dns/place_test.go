package dns_test

import (
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	mdns "github.com/miekg/dns"

	"github.com/lamplight-net/lamplight/probes/internal/check/dns"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// TestWhoami asks each resolver where it asks from, once, and says nothing else of it.
func TestWhoami(t *testing.T) {
	const whoami = "whoami.lamplight.example"
	authority := servertest.NewAuthority(t)
	cert := authority.Certificate(resolverName, time.Hour)
	var asked atomic.Int32
	at := func(as string) mdns.HandlerFunc {
		return func(w mdns.ResponseWriter, q *mdns.Msg) {
			if q.Question[0].Name != whoami+"." {
				site(w, q)
				return
			}
			asked.Add(1)
			m := servertest.Answer(q)
			m.Answer = []mdns.RR{&mdns.TXT{Hdr: mdns.RR_Header{Name: q.Question[0].Name, Rrtype: mdns.TypeTXT, Class: mdns.ClassINET}, Txt: []string{as}}}
			_ = w.WriteMsg(m)
		}
	}
	resolver := func(transport measurement.Transport, address netip.AddrPort) plan.Resolver {
		return plan.Resolver{Address: address, Class: "isp", Transport: transport, Name: resolverName}
	}
	panel := dns.NewPanel([]plan.Resolver{
		resolver("udp", servertest.DNS(t, "127.20.0.53:0", at("AS64500"))),
		resolver("tcp", servertest.DNSOver(t, "127.20.0.53:0", nil, at("AS64501"))),
		resolver("dot", servertest.DNSOver(t, "127.20.0.53:0", cert, at("203.0.113.7"))),
		resolver("doh", servertest.HTTPS(t, "127.20.0.53:0", cert, servertest.DoH(at("AS64503")))),
		resolver("tcp", servertest.ClosedTCP(t, "127.20.0.54:0")),
		resolver("udp", servertest.DNS(t, "127.20.0.53:0", func(_ mdns.ResponseWriter, q *mdns.Msg) {
			if q.Question[0].Qtype == mdns.TypeTXT {
				asked.Add(1) // of one that has not answered anything else
			}
		})),
	}, whoami)
	v := servertest.Vantage(t, servertest.DNS(t, "127.20.0.53:0", at("AS64504")), authority.Pool())
	v.Timeouts.DNS = time.Second
	want := map[measurement.Transport]uint32{"udp": 64500, "tcp": 64501, "doh": 64503, "system": 64504}
	for range 2 {
		records, _ := dns.System(t.Context(), v, look, "a.example")
		panel.Place(t.Context(), v, records)
		for _, r := range append(records, panel.Ask(t.Context(), v, look, "a.example")...) {
			if r.Failure == "" && r.DNS.ResolverASN != want[r.DNS.Transport] || r.Failure != "" && r.DNS.ResolverASN != 0 {
				t.Errorf("%s over %s: AS%d, failure %q", r.DNS.Query, r.DNS.Transport, r.DNS.ResolverASN, r.Failure)
			}
		}
	}
	if asked.Load() != 5 {
		t.Errorf("%d questions, want one of each resolver that answers", asked.Load())
	}
	none, _ := dns.System(t.Context(), v, look, "a.example")
	dns.NewPanel(nil, "").Place(t.Context(), v, none)
	if none[0].DNS.ResolverASN != 0 || asked.Load() != 5 {
		t.Error("asked without a name to ask for")
	}
}
