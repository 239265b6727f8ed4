package dns

import "github.com/lamplight-net/lamplight/probes/measurement"

// settle gives the two families of one look the failures that only both together can show. What a family
// did not answer proves nothing about the other.
func settle(a, aaaa *measurement.Record) {
	if isEmpty(a) && isEmpty(aaaa) {
		a.Failure, aaaa.Failure = measurement.FailureDNSNoAnswer, measurement.FailureDNSNoAnswer
	}
	// The machine's resolver says the same of a name that does not exist and of one without addresses of a
	// family. The other family's addresses prove that the name exists. Where the other family did not
	// answer, IPv4 speaks for the name: nearly every site has it, and many have no IPv6.
	if unfound(a) && holds(aaaa) {
		a.Failure = ""
	}
	if unfound(aaaa) && !unfound(a) {
		aaaa.Failure = ""
	}
	for _, r := range []*measurement.Record{a, aaaa} {
		if holds(r) && len(public(*r)) == 0 {
			r.Failure = measurement.FailureDNSBogon
		}
	}
}

// holds reports whether a good answer came with addresses, and isEmpty whether one came without.
func holds(r *measurement.Record) bool   { return r.Failure == "" && len(r.DNS.Answers) > 0 }
func isEmpty(r *measurement.Record) bool { return r.Failure == "" && len(r.DNS.Answers) == 0 }

func unfound(r *measurement.Record) bool {
	return r.DNS.Resolver == measurement.ResolverSystem && r.Failure == measurement.FailureDNSNXDOMAIN
}
