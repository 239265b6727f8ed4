// Package dns asks resolvers about a name, over every transport, and says what came back.
//
// It asks for A and AAAA, and now and then for HTTPS. A name that has addresses of one family only is not
// broken, so an empty answer is a failure only when the other family has none either. The package hands
// out public addresses and no others: a private or special one is recorded as its class and never
// connected to. Of a resolver it says the class and the public AS that it asks from, never its address.
package dns

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// System asks the machine's resolver for the addresses of host. It returns one record a family and the
// public addresses, IPv4 first.
//
// The machine's resolver does not tell a name that does not exist from one without addresses: where
// neither family has any, both records say dns_nxdomain_error.
func System(ctx context.Context, v *check.Vantage, look check.Look, host string) ([]measurement.Record, []netip.Addr) {
	ask := func(query, network string) measurement.Record {
		r := look.Record(v, measurement.KindDNS, host)
		r.DNS = &measurement.DNS{Resolver: measurement.ResolverSystem, Transport: measurement.TransportSystem, Query: query}
		ctx, cancel := context.WithTimeout(ctx, v.Timeouts.DNS)
		defer cancel()
		start := time.Now()
		// The final dot keeps the machine's search domains out: they name the volunteer's network.
		found, err := v.System.LookupNetIP(ctx, network, host+".")
		r.DurationMS = check.Since(start)
		r.Failure = failure.Of(failure.Resolve, err)
		r.DNS.Answers = answers(v, found)
		return r
	}
	records := make([]measurement.Record, 2)
	var looking sync.WaitGroup
	looking.Go(func() { records[0] = ask("A", "ip4") })
	looking.Go(func() { records[1] = ask("AAAA", "ip6") })
	looking.Wait()
	settle(&records[0], &records[1])
	return records, public(records...)
}
