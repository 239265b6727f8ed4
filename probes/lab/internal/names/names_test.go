package names

import (
	"context"
	"net"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
)

func TestAnswers(t *testing.T) {
	zone := Zone{"chat.example": netip.MustParseAddr("127.122.0.10"), "news.example": netip.MustParseAddr("127.120.0.10")}
	truthful, liar := NewResolver(zone), NewResolver(zone)
	liar.Lie(map[string]Lie{"chat.example": LieNXDOMAIN, "news.example": LieBogon})
	repentant := NewResolver(zone)
	repentant.Lie(map[string]Lie{"chat.example": LieNXDOMAIN})
	repentant.Lie(nil)

	for name, test := range map[string]struct {
		resolver *Resolver
		host     string
		query    uint16
		rcode    int
		answer   string
	}{
		"truth":               {truthful, "chat.example.", dns.TypeA, dns.RcodeSuccess, "127.122.0.10"},
		"any case":            {truthful, "Chat.EXAMPLE.", dns.TypeA, dns.RcodeSuccess, "127.122.0.10"},
		"no IPv6":             {truthful, "chat.example.", dns.TypeAAAA, dns.RcodeSuccess, ""},
		"no such name":        {truthful, "real.site.", dns.TypeA, dns.RcodeNameError, ""},
		"a lie: no such name": {liar, "CHAT.example.", dns.TypeA, dns.RcodeNameError, ""},
		"a lie: elsewhere":    {liar, "news.example.", dns.TypeA, dns.RcodeSuccess, "10.10.34.34"},
		"no longer a lie":     {repentant, "chat.example.", dns.TypeA, dns.RcodeSuccess, "127.122.0.10"},
	} {
		t.Run(name, func(t *testing.T) {
			reply := exchange(t, test.resolver, new(dns.Msg).SetQuestion(test.host, test.query))
			if reply.Rcode != test.rcode {
				t.Errorf("rcode %s, want %s", dns.RcodeToString[reply.Rcode], dns.RcodeToString[test.rcode])
			}
			var got string
			for _, rr := range reply.Answer {
				if a, ok := rr.(*dns.A); ok {
					got += a.A.String()
				}
			}
			if diff := cmp.Diff(test.answer, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// exchange asks the resolver over a real socket.
func exchange(t *testing.T, r *Resolver, question *dns.Msg) *dns.Msg {
	t.Helper()
	pc, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- r.Serve(ctx, pc) }()
	reply, err := dns.ExchangeContext(t.Context(), question, pc.LocalAddr().String())
	cancel()
	if stopped := <-done; stopped != nil {
		t.Errorf("stop: %v", stopped)
	}
	if err != nil {
		t.Fatal(err)
	}
	return reply
}
