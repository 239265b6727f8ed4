package dns

import (
	"context"
	"sync"

	"github.com/miekg/dns"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// pose asks a resolver one question a type. It returns a record each, in their order, and the types whose
// answers were cut off before anything that was asked for.
func pose(ctx context.Context, v *check.Vantage, look check.Look, resolver plan.Resolver, way line, host string, types []uint16) (records []measurement.Record, cut []uint16) {
	records = make([]measurement.Record, len(types))
	seen := make([]sighting, len(types))
	one := func(i int) {
		records[i] = look.Record(v, measurement.KindDNS, host)
		records[i].DNS = &measurement.DNS{Resolver: resolver.Class, Transport: resolver.Transport, Query: dns.TypeToString[types[i]]}
		seen[i] = way.ask(ctx, ask(host, types[i]))
		seen[i].fill(v, &records[i])
	}
	var asking sync.WaitGroup
	for i := range types {
		if resolver.Transport == measurement.TransportUDP {
			asking.Go(func() { one(i) })
		} else {
			one(i) // one after the other, over one connection
		}
	}
	asking.Wait()
	for i, s := range seen {
		if s.failure == "" && s.first.truncated && !s.first.fits {
			cut = append(cut, types[i])
		}
	}
	return records, cut
}

// last returns the last record of a type, which is the one that says most.
func last(records []measurement.Record, query string) *measurement.Record {
	for i := len(records) - 1; i >= 0; i-- {
		if records[i].DNS.Query == query {
			return &records[i]
		}
	}
	return nil
}
