package ooni

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// questions returns a record of each question and family. The machine's own resolver is asked for both at once.
func (r *reading) questions() []measurement.Record {
	var out []measurement.Record
	for i := range r.keys.Queries {
		q := &r.keys.Queries[i]
		host := strings.ToLower(strings.TrimSuffix(string(q.Host), "."))
		if !r.named[host] {
			continue
		}
		switch q.Type {
		case "A", "AAAA":
			out = append(out, r.question(q, host, string(q.Type), false))
		case "ANY":
			a, aaaa := r.question(q, host, "A", true), r.question(q, host, "AAAA", true)
			// One failure was told; it stands once.
			if len(a.DNS.Answers) > 0 || len(aaaa.DNS.Answers) == 0 {
				out = append(out, a)
			}
			if len(aaaa.DNS.Answers) > 0 {
				out = append(out, aaaa)
			}
		}
	}
	return out
}

// question makes the record of one family; sorted says that the answers are of both.
func (r *reading) question(q *query, host, family string, sorted bool) measurement.Record {
	out := r.record(measurement.KindDNS, host, q.when, q.Failure)
	out.DNS = &measurement.DNS{Query: family, Resolver: measurement.ResolverSystem, Transport: measurement.TransportSystem}
	switch q.Engine {
	case "udp", "tcp", "dot", "doh":
		out.DNS.Resolver, out.DNS.Transport = measurement.ResolverPublic, measurement.Transport(q.Engine)
		if home, err := netip.ParseAddrPort(string(q.Resolver)); err == nil && measurement.AddressClassOf(home.Addr()) != measurement.AddressPublic {
			out.DNS.Resolver = measurement.ResolverISP
		}
	default:
		out.DNS.ResolverASN = r.resolver
	}
	out.DNS.Answers, out.DNS.CNAMEs = r.answers(q.Answers, family, sorted)
	if out.Failure == "" && len(out.DNS.Answers) == 0 {
		out.Failure = measurement.FailureDNSNoAnswer
	}
	r.second(q, out.DNS, sorted)
	return out
}

const (
	maxAnswers = 32
	maxCNAMEs  = 8
)

// answers returns the addresses of a family, or of whatever family they are, and the names on the way.
func (r *reading) answers(given list[answer], family string, sorted bool) (addresses []measurement.Answer, names []string) {
	for _, a := range given {
		address, err := netip.ParseAddr(string(a.IPv4 + a.IPv6))
		if err != nil {
			name := strings.ToLower(strings.TrimSuffix(string(a.Name), "."))
			if a.Type == "CNAME" && len(names) < maxCNAMEs && measurement.Host(name) && r.sameSite(name) {
				names = append(names, name)
			}
			continue
		}
		address = address.Unmap()
		if sorted && address.Is4() != (family == "A") || len(addresses) == maxAnswers || address.Zone() != "" {
			continue
		}
		addresses = append(addresses, r.answer(address))
		if a.ASN > 0 && a.ASN < 1<<32 {
			r.networks[address] = uint32(a.ASN)
		}
	}
	return addresses, names
}

// answer is an address as a record says it: written out only when it is public.
func (r *reading) answer(address netip.Addr) measurement.Answer {
	out := measurement.Answer{Class: measurement.AddressClassOf(address)}
	if out.Class == measurement.AddressPublic {
		out.Address = address
	}
	return out
}

// second adds the first further answer to the same question that says otherwise.
func (r *reading) second(q *query, d *measurement.DNS, sorted bool) {
	for _, late := range slices.Concat(r.keys.Repeated, r.keys.Late) {
		if late.Transaction != q.Transaction || late.Type != q.Type || late.Host != q.Host || late.Engine != q.Engine {
			continue
		}
		addresses, _ := r.answers(late.Answers, d.Query, sorted)
		if sameSet(addresses, d.Answers) || word(late.Failure) == word(q.Failure) && len(addresses) == 0 {
			continue
		}
		d.Conflict, d.Other = true, &measurement.Reply{Answers: addresses}
		d.GapMS = milliseconds(late.End - q.End)
		return
	}
}

// sameSet compares answers as sets: resolvers turn the order of addresses from one answer to the next.
func sameSet(a, b []measurement.Answer) bool {
	within := func(all, of []measurement.Answer) bool {
		return !slices.ContainsFunc(all, func(x measurement.Answer) bool { return !slices.Contains(of, x) })
	}
	return within(a, b) && within(b, a)
}
