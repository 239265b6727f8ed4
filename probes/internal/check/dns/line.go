package dns

import (
	"context"
	"slices"
	"time"

	"github.com/miekg/dns"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// line is the way to one resolver for the questions of one look. Questions over one connection follow one
// another, and share its handshakes; when those fail, all share the failure.
type line interface {
	ask(ctx context.Context, question *dns.Msg) sighting
	close()
}

func open(v *check.Vantage, resolver plan.Resolver) line {
	switch resolver.Transport {
	case measurement.TransportTCP, measurement.TransportDoT:
		return &stream{v: v, resolver: resolver}
	case measurement.TransportDoH:
		return newDoH(v, resolver)
	default:
		return datagrams{v: v, resolver: resolver}
	}
}

// udpSize is the answer size we ask for: what passes any path unfragmented (DNS flag day 2020).
const udpSize = 1232

// ask builds a question. It is not padded where it is encrypted (RFC 8467 would have it so): whoever
// watches sees the look at the same site right after it, by its name.
func ask(host string, qtype uint16) *dns.Msg {
	question := new(dns.Msg).SetQuestion(dns.Fqdn(host), qtype)
	question.SetEdns0(udpSize, false)
	return question
}

// sighting is all that arrived for one question.
type sighting struct {
	failure measurement.Failure // why no answer came; empty when first is one
	flaw    measurement.Flaw    // of everything that arrived
	first   reply
	after   time.Duration // from the question, and the handshakes before it, to the first answer or to giving up
	other   *reply        // the first that contradicts first
	gap     time.Duration // from first to other
}

// note keeps the flaw that tells most: Flaws lists them in this order.
func (s *sighting) note(flaw measurement.Flaw) {
	order := measurement.Flaws()
	if flaw != "" && (s.flaw == "" || slices.Index(order, flaw) < slices.Index(order, s.flaw)) {
		s.flaw = flaw
	}
}

// unanswered says why no answer came, when waiting for one ended with err, or because too many others came
// when err is nil. That there were others says more than that time ran out.
func (s *sighting) unanswered(step failure.Step, err error) {
	s.failure = failure.Of(step, err)
	if s.flaw != "" && (err == nil || s.failure == measurement.FailureTimeout || s.failure == measurement.FailureEOF) {
		s.failure = failure.OfFlaw(s.flaw)
	}
}

// fill writes what was seen into the record.
func (s *sighting) fill(v *check.Vantage, r *measurement.Record) {
	r.DurationMS = uint32(s.after.Milliseconds())
	r.Failure = s.failure
	r.DNS.Flaw = s.flaw
	if s.failure != "" {
		return
	}
	r.Failure = s.first.failure()
	r.DNS.Rcode = rcodeName(s.first.rcode)
	r.DNS.Answers = answers(v, s.first.addresses)
	r.DNS.CNAMEs, r.DNS.ALPN, r.DNS.ECH = s.first.cnames, s.first.alpn, s.first.ech
	if s.other != nil {
		r.DNS.Conflict, r.DNS.GapMS = true, uint32(s.gap.Milliseconds())
		r.DNS.Other = &measurement.Reply{Rcode: rcodeName(s.other.rcode), Answers: answers(v, s.other.addresses)}
	}
}
