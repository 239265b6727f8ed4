package dns

import (
	"net/netip"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// maxAnswers is how many addresses of an answer are kept; a record takes 32.
const maxAnswers = 32

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

func public(records ...measurement.Record) []netip.Addr {
	var out []netip.Addr
	for _, r := range records {
		for _, answer := range r.DNS.Answers {
			if isPublic(answer) {
				out = append(out, answer.Address)
			}
		}
	}
	return out
}

func isPublic(a measurement.Answer) bool { return a.Class == measurement.AddressPublic }
