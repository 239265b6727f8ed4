// Package dns asks for the addresses of a name, and says what came back.
//
// Each look asks for A and AAAA. A name that has addresses of one family only is not broken, so an empty
// answer is a failure only when the other family has none either. The package hands out public addresses
// and no others: a private or special one is recorded as its class and never connected to.
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

// maxAnswers is how many addresses of an answer are kept; a record takes 32.
const maxAnswers = 32

// System asks the machine's resolver for the addresses of host. It returns one record a family and the
// public addresses, IPv4 first.
//
// The machine's resolver does not tell a name that does not exist from one without addresses: where
// neither family has any, both records say dns_nxdomain_error.
func System(ctx context.Context, v *check.Vantage, look check.Look, host string) ([]measurement.Record, []netip.Addr) {
	ask := func(query, network string) measurement.Record {
		r := look.Record(v, measurement.KindDNS, host)
		r.DNS = &measurement.DNS{Resolver: measurement.ResolverSystem, Transport: "system", Query: query}
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
	return both(func() measurement.Record { return ask("A", "ip4") }, func() measurement.Record { return ask("AAAA", "ip6") })
}

// both takes the two looks at once and judges them together.
func both(a, aaaa func() measurement.Record) ([]measurement.Record, []netip.Addr) {
	records := make([]measurement.Record, 2)
	var looking sync.WaitGroup
	looking.Go(func() { records[0] = a() })
	looking.Go(func() { records[1] = aaaa() })
	looking.Wait()
	settle(&records[0], &records[1])
	settle(&records[1], &records[0])
	return records, public(records)
}

// settle gives r its failure where only the answers can say it, in the light of the other family's.
func settle(r, other *measurement.Record) {
	exists := len(other.DNS.Answers) > 0
	switch {
	case r.Failure == measurement.FailureDNSNXDOMAIN && r.DNS.Resolver == measurement.ResolverSystem && exists:
		// The other family's addresses prove that the name exists: all that the machine's resolver can have
		// meant is that this family has none.
		r.Failure = ""
	case r.Failure == "" && len(r.DNS.Answers) == 0 && !exists:
		r.Failure = measurement.FailureDNSNoAnswer
	case r.Failure == "" && len(r.DNS.Answers) > 0 && len(public([]measurement.Record{*r})) == 0:
		r.Failure = measurement.FailureDNSBogon
	}
}

func answers(v *check.Vantage, found []netip.Addr) []measurement.Answer {
	var out []measurement.Answer
	for _, address := range found[:min(len(found), maxAnswers)] {
		address = address.Unmap()
		answer := measurement.Answer{Class: v.Guard.Class(address)}
		if answer.Class == measurement.AddressPublic {
			answer.Address = address
		}
		out = append(out, answer)
	}
	return out
}

func public(records []measurement.Record) []netip.Addr {
	var out []netip.Addr
	for _, r := range records {
		for _, answer := range r.DNS.Answers {
			if answer.Class == measurement.AddressPublic {
				out = append(out, answer.Address)
			}
		}
	}
	return out
}
