package dns

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/miekg/dns"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Panel is the resolvers that a session asks directly, and what it knows of them. It is safe for
// concurrent use.
type Panel struct {
	resolvers []plan.Resolver
	whoami    string // "": where resolvers ask from is not looked at
	seats     []seat // of each resolver, and the machine's at the end
}

// NewPanel returns a panel of a plan's resolvers. whoami is the plan's, or empty.
func NewPanel(resolvers []plan.Resolver, whoami string) *Panel {
	p := &Panel{whoami: whoami, seats: make([]seat, len(resolvers)+1)}
	for _, r := range resolvers {
		p.resolvers = append(p.resolvers, r.WithDefaults())
	}
	return p
}

// Ask asks every resolver for the addresses of host, and one of them, by chance, for its HTTPS records too.
// It returns a record a question; what did not fit into a datagram has a second one, over TCP.
//
// HTTPS records say what a site offers, which is the same everywhere unless somebody keeps it back, so one
// question a look will do. Chance takes it to every resolver in turn: a censor who drops that type on one
// way is seen beside those who let it through, and where the encrypted ones are blocked the others ask on.
func (p *Panel) Ask(ctx context.Context, v *check.Vantage, look check.Look, host string) []measurement.Record {
	if len(p.resolvers) == 0 {
		return nil
	}
	chosen := rand.IntN(len(p.resolvers))
	records := make([][]measurement.Record, len(p.resolvers))
	var asking sync.WaitGroup
	for i := range p.resolvers {
		asking.Go(func() {
			types := []uint16{dns.TypeA, dns.TypeAAAA}
			if i == chosen {
				types = append(types, dns.TypeHTTPS)
			}
			records[i] = p.askOne(ctx, v, look, i, host, types)
		})
	}
	asking.Wait()
	return slices.Concat(records...)
}

// Place says in the records of the machine's resolver where that asks from.
func (p *Panel) Place(ctx context.Context, v *check.Vantage, records []measurement.Record) {
	var systems []*measurement.Record
	for i, r := range records {
		if r.DNS != nil && r.DNS.Resolver == measurement.ResolverSystem {
			systems = append(systems, &records[i])
		}
	}
	answered := func(r *measurement.Record) bool {
		return r.Failure == "" || r.Failure == measurement.FailureDNSNXDOMAIN
	}
	if slices.ContainsFunc(systems, answered) {
		p.place(v, len(p.resolvers), systems, func() uint32 { return systemASN(ctx, v, p.whoami) })
	}
}

// place asks nothing unless the resolver has just answered: on a dead network that would be for nothing.
func (p *Panel) place(v *check.Vantage, at int, records []*measurement.Record, find func() uint32) {
	if p.whoami == "" {
		return
	}
	asn := p.seats[at].find(v.Clock.Now(), find)
	for _, r := range records {
		r.DNS.ResolverASN = asn
	}
}

func (p *Panel) askOne(ctx context.Context, v *check.Vantage, look check.Look, at int, host string, types []uint16) []measurement.Record {
	resolver := p.resolvers[at]
	way := open(v, resolver)
	defer way.close()
	records, cut := pose(ctx, v, look, resolver, way, host, types)
	if resolver.Transport == measurement.TransportUDP && len(cut) > 0 {
		resolver.Transport = measurement.TransportTCP
		whole := open(v, resolver)
		defer whole.close()
		again, _ := pose(ctx, v, look, resolver, whole, host, cut)
		records = append(records, again...)
	}
	settle(last(records, "A"), last(records, "AAAA"))
	every := make([]*measurement.Record, len(records))
	for i := range records {
		every[i] = &records[i]
	}
	if slices.ContainsFunc(every, func(r *measurement.Record) bool { return r.DNS.Rcode != "" }) {
		p.place(v, at, every, func() uint32 { return way.ask(ctx, ask(p.whoami, dns.TypeTXT)).first.asn })
	}
	return records
}
