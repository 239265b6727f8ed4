package dns_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	mdns "github.com/miekg/dns"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/check/dns"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

var (
	zone = servertest.Zone(map[string][]string{
		"both.example":    {"127.20.0.1", "2606:4700::1111"},
		"v4.example":      {"127.20.0.1", "127.20.0.2"},
		"v6.example":      {"2606:4700::1111"},
		"empty.example":   {},
		"private.example": {"192.168.1.1", "fd00::1"},
		"bogon.example":   {"0.0.0.0"},
		"mixed.example":   {"10.0.0.1", "127.20.0.1"},
	})
	look   = check.Look{Number: 3, Class: measurement.ClassForeign}
	v4     = measurement.Answer{Class: measurement.AddressPublic, Address: netip.MustParseAddr("127.20.0.1")}
	second = measurement.Answer{Class: measurement.AddressPublic, Address: netip.MustParseAddr("127.20.0.2")}
	hidden = measurement.Answer{Class: measurement.AddressPrivate}
	bogon  = measurement.Answer{Class: measurement.AddressBogon}
)

// family is what a record says of one family.
type family struct {
	Failure measurement.Failure
	Rcode   string
	Answers []measurement.Answer
}

func families(t *testing.T, records []measurement.Record, target string) []family {
	t.Helper()
	var out []family
	for i, r := range records {
		if err := r.Validate(); err != nil {
			t.Errorf("record %d: %v", i, err)
		}
		if r.Target != target || r.Check != 3 || r.Class != measurement.ClassForeign || r.DNS.Query != []string{"A", "AAAA"}[i] {
			t.Errorf("record %d is of another look: %+v", i, r)
		}
		out = append(out, family{r.Failure, r.DNS.Rcode, r.DNS.Answers})
	}
	return out
}

// TestBothFamilies asks the same names through the machine's resolver and directly: what can be told
// apart directly cannot always be told apart through the machine.
func TestBothFamilies(t *testing.T) {
	server := servertest.DNS(t, "127.20.0.53:0", zone)
	v := servertest.Vantage(t, server, nil)
	v6 := measurement.Answer{Class: measurement.AddressPublic, Address: netip.MustParseAddr("2606:4700::1111")}
	for _, tt := range []struct {
		host           string
		system, direct []family
	}{
		{
			"both.example",
			[]family{{Answers: []measurement.Answer{v4}}, {Answers: []measurement.Answer{v6}}},
			[]family{{"", "NOERROR", []measurement.Answer{v4}}, {"", "NOERROR", []measurement.Answer{v6}}},
		},
		{
			"v4.example",
			[]family{{Answers: []measurement.Answer{v4, second}}, {}},
			[]family{{"", "NOERROR", []measurement.Answer{v4, second}}, {"", "NOERROR", nil}},
		},
		{
			"v6.example",
			[]family{{}, {Answers: []measurement.Answer{v6}}},
			[]family{{"", "NOERROR", nil}, {"", "NOERROR", []measurement.Answer{v6}}},
		},
		{
			"empty.example",
			[]family{{Failure: measurement.FailureDNSNXDOMAIN}, {Failure: measurement.FailureDNSNXDOMAIN}},
			[]family{{measurement.FailureDNSNoAnswer, "NOERROR", nil}, {measurement.FailureDNSNoAnswer, "NOERROR", nil}},
		},
		{
			"missing.example",
			[]family{{Failure: measurement.FailureDNSNXDOMAIN}, {Failure: measurement.FailureDNSNXDOMAIN}},
			[]family{{measurement.FailureDNSNXDOMAIN, "NXDOMAIN", nil}, {measurement.FailureDNSNXDOMAIN, "NXDOMAIN", nil}},
		},
		{
			"private.example",
			[]family{{Failure: measurement.FailureDNSBogon, Answers: []measurement.Answer{hidden}}, {Failure: measurement.FailureDNSBogon, Answers: []measurement.Answer{hidden}}},
			[]family{{measurement.FailureDNSBogon, "NOERROR", []measurement.Answer{hidden}}, {measurement.FailureDNSBogon, "NOERROR", []measurement.Answer{hidden}}},
		},
		{
			"bogon.example",
			[]family{{Failure: measurement.FailureDNSBogon, Answers: []measurement.Answer{bogon}}, {}},
			[]family{{measurement.FailureDNSBogon, "NOERROR", []measurement.Answer{bogon}}, {"", "NOERROR", nil}},
		},
		{
			"mixed.example",
			[]family{{Answers: []measurement.Answer{hidden, v4}}, {}},
			[]family{{"", "NOERROR", []measurement.Answer{hidden, v4}}, {"", "NOERROR", nil}},
		},
	} {
		t.Run(tt.host, func(t *testing.T) {
			records, _ := dns.System(t.Context(), v, look, tt.host)
			if diff := cmp.Diff(tt.system, families(t, records, tt.host), compareAddr, sorted); diff != "" {
				t.Errorf("system (-want +got):\n%s", diff)
			}
			records = dns.Direct(t.Context(), v, look, plan.Resolver{Address: server, Class: measurement.ResolverISP}, tt.host)
			if diff := cmp.Diff(tt.direct, families(t, records, tt.host), compareAddr, sorted); diff != "" {
				t.Errorf("direct (-want +got):\n%s", diff)
			}
		})
	}
}

var (
	compareAddr = cmp.Comparer(func(a, b netip.Addr) bool { return a == b })
	sorted      = cmpopts.SortSlices(func(a, b measurement.Answer) bool { return a.Address.Less(b.Address) })
)

func TestSystemHandsOutPublicAddressesOnly(t *testing.T) {
	v := servertest.Vantage(t, servertest.DNS(t, "127.20.0.53:0", zone), nil)
	_, addresses := dns.System(t.Context(), v, look, "mixed.example")
	if diff := cmp.Diff([]netip.Addr{v4.Address}, addresses, compareAddr); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
}

// TestDirectFailures asks servers that misbehave.
func TestDirectFailures(t *testing.T) {
	reply := func(change func(q, m *mdns.Msg)) mdns.HandlerFunc {
		return func(w mdns.ResponseWriter, q *mdns.Msg) {
			m := servertest.Answer(q, "127.20.0.1", "2606:4700::1111")
			change(q, m)
			_ = w.WriteMsg(m)
		}
	}
	for _, tt := range []struct {
		name    string
		answer  mdns.HandlerFunc
		timeout time.Duration
		want    measurement.Failure
	}{
		{"SERVFAIL", servertest.Rcode(mdns.RcodeServerFailure), time.Minute, measurement.FailureDNSServfailCode},
		{"REFUSED", servertest.Rcode(mdns.RcodeRefused), time.Minute, measurement.FailureDNSRefused},
		{"silence", func(mdns.ResponseWriter, *mdns.Msg) {}, 20 * time.Millisecond, measurement.FailureTimeout},
		{"wrong id", reply(func(q, m *mdns.Msg) { m.Id = q.Id + 1 }), 20 * time.Millisecond, measurement.FailureDNSReplyWrongID},
		{"wrong question", reply(func(_, m *mdns.Msg) { m.Question[0].Name = "other.example." }), 20 * time.Millisecond, measurement.FailureDNSReplyWrongID},
		{"question sent back", func(w mdns.ResponseWriter, q *mdns.Msg) { _ = w.WriteMsg(q) }, 20 * time.Millisecond, measurement.FailureDNSReplyWrongID},
		{"truncated", reply(func(_, m *mdns.Msg) { m.Truncated, m.Answer = true, nil }), time.Minute, measurement.FailureDNSTemporary},
		{"garbage", func(w mdns.ResponseWriter, q *mdns.Msg) {
			packed, _ := q.Pack()
			packed[2] |= 0x80
			_, _ = w.Write(packed[:len(packed)-4])
		}, time.Minute, measurement.FailureDNSServfail},
		{"no question in the answer", reply(func(_, m *mdns.Msg) { m.Question = nil }), time.Minute, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := servertest.DNS(t, "127.20.0.53:0", tt.answer)
			v := servertest.Vantage(t, server, nil)
			v.Timeouts.DNS = tt.timeout
			for _, got := range dns.Direct(t.Context(), v, look, plan.Resolver{Address: server, Class: measurement.ResolverPublic}, "a.example") {
				if got.Failure != tt.want {
					t.Errorf("%s: got %q, want %q", got.DNS.Query, got.Failure, tt.want)
				}
			}
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		server := servertest.ClosedUDP(t, "127.20.0.53:0")
		got := dns.Direct(t.Context(), servertest.Vantage(t, server, nil), look, plan.Resolver{Address: server, Class: measurement.ResolverPublic}, "a.example")
		if got[0].Failure != measurement.FailureConnectionRefused {
			t.Errorf("got %q", got[0].Failure)
		}
	})
	t.Run("guarded", func(t *testing.T) {
		server := netip.MustParseAddrPort("127.0.0.1:53")
		got := dns.Direct(t.Context(), servertest.Vantage(t, server, nil), look, plan.Resolver{Address: server, Class: measurement.ResolverPublic}, "a.example")
		if got[0].Failure != measurement.FailureGuarded {
			t.Errorf("got %q", got[0].Failure)
		}
	})
}

// TestDirectAsksAgain loses the first datagram.
func TestDirectAsksAgain(t *testing.T) {
	asked := make(chan struct{}, 4)
	server := servertest.DNS(t, "127.20.0.53:0", func(w mdns.ResponseWriter, q *mdns.Msg) {
		asked <- struct{}{}
		if len(asked) > 2 {
			zone(w, q)
		}
	})
	v := servertest.Vantage(t, server, nil)
	v.Timeouts.DNS = time.Second
	got := dns.Direct(t.Context(), v, look, plan.Resolver{Address: server, Class: measurement.ResolverPublic}, "v4.example")
	if got[0].Failure != "" || len(asked) != 4 {
		t.Errorf("failure %q after %d questions, want none after 4", got[0].Failure, len(asked))
	}
}

// TestConflict answers twice, as an injector on the path makes it look.
func TestConflict(t *testing.T) {
	for _, tt := range []struct {
		name   string
		second func(q *mdns.Msg) *mdns.Msg
		want   bool
	}{
		{"the same again", func(q *mdns.Msg) *mdns.Msg { return servertest.Answer(q, "127.20.0.1") }, false},
		{"another address", func(q *mdns.Msg) *mdns.Msg { return servertest.Answer(q, "127.20.0.66") }, true},
		{"another code", func(q *mdns.Msg) *mdns.Msg { return new(mdns.Msg).SetRcode(q, mdns.RcodeNameError) }, true},
		{"to another question", func(q *mdns.Msg) *mdns.Msg {
			m := new(mdns.Msg).SetRcode(q, mdns.RcodeNameError)
			m.Id++
			return m
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := servertest.DNS(t, "127.20.0.53:0", func(w mdns.ResponseWriter, q *mdns.Msg) {
				_ = w.WriteMsg(servertest.Answer(q, "127.20.0.1"))
				if q.Question[0].Qtype == mdns.TypeA {
					_ = w.WriteMsg(tt.second(q))
				}
			})
			v := servertest.Vantage(t, server, nil)
			if tt.want {
				v.Timeouts.Conflict = time.Minute
				// The window is that long only until the conflict: the other family has none.
				v.Timeouts.Conflict = 500 * time.Millisecond
			}
			got := dns.Direct(t.Context(), v, look, plan.Resolver{Address: server, Class: measurement.ResolverPublic}, "a.example")
			if got[0].DNS.Conflict != tt.want {
				t.Errorf("conflict is %v, want %v", got[0].DNS.Conflict, tt.want)
			}
			if diff := cmp.Diff([]measurement.Answer{v4}, got[0].DNS.Answers, compareAddr); diff != "" {
				t.Errorf("the first answer is not the one kept (-want +got):\n%s", diff)
			}
		})
	}
}
