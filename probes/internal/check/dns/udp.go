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

// datagrams asks over UDP, each question from a port of its own.
type datagrams struct {
	v        *check.Vantage
	resolver plan.Resolver
}

// maxPackets bounds how long a flood of answers, right or wrong, keeps a question busy.
const maxPackets = 64

// suspect is how many windows long to listen on after an answer without a public address. That answer is
// false, so a true one is probably on its way; the liar is near, and the resolver may be behind a satellite.
const suspect = 5

// ask asks twice if need be, each time for half of the timeout: one lost datagram is not an outage. The
// second question is a new one, from a new port, because two questions may well have two answers.
func (d datagrams) ask(ctx context.Context, question *dns.Msg) sighting {
	seen := d.attempt(ctx, question)
	if seen.failure == measurement.FailureTimeout && ctx.Err() == nil {
		question.Id = dns.Id()
		return d.attempt(ctx, question)
	}
	return seen
}

func (d datagrams) close() {}

// attempt listens on after the first answer: a second one that says otherwise means that somebody on the
// path answered too. What a browser would have believed is the first.
func (d datagrams) attempt(ctx context.Context, question *dns.Msg) (seen sighting) {
	packed, err := question.Pack()
	if err != nil {
		return sighting{failure: failure.Of(failure.Resolve, err)}
	}
	conn, err := d.v.Guard.Dial(ctx, "udp", d.resolver.Address)
	if err != nil {
		return sighting{failure: failure.Of(failure.Resolve, err)}
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	start := time.Now()
	err = conn.SetDeadline(start.Add(d.v.Timeouts.DNS / 2))
	if err == nil {
		_, err = conn.Write(packed)
	}
	answered := false
	buffer := make([]byte, maxMessage+1)
	for packets := 0; err == nil && packets < maxPackets; packets++ {
		var n int
		if n, err = conn.Read(buffer); err != nil {
			break
		}
		since := time.Since(start)
		answer, flaw := read(buffer[:n], question)
		switch {
		case flaw != "":
			seen.note(flaw)
		case !answered:
			answered, seen.first, seen.after = true, answer, since
			seen.note(answer.flaw())
			err = conn.SetDeadline(d.window(answer, start.Add(since)))
		case answer.contradicts(seen.first):
			seen.other, seen.gap = &answer, since-seen.after
			return seen
		}
	}
	if !answered {
		seen.after = time.Since(start)
		seen.unanswered(failure.Resolve, err)
	}
	return seen // the window closed: nobody else answered
}

// window says until when to listen for an answer that contradicts first.
func (d datagrams) window(first reply, now time.Time) time.Time {
	found := answers(d.v, first.addresses)
	if len(found) > 0 && !slices.ContainsFunc(found, isPublic) {
		return now.Add(suspect * d.v.Timeouts.Conflict)
	}
	return now.Add(d.v.Timeouts.Conflict)
}
