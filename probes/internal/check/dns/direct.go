package dns

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/miekg/dns"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// udpSize is the answer size we ask for: what passes any path unfragmented (DNS flag day 2020).
const udpSize = 1232

// Direct asks one resolver over UDP for the addresses of host, and returns one record a family. It
// listens on after the first answer: a second one that says otherwise means that somebody on the path
// answered too. The record holds the first answer, the one that a browser would have believed.
func Direct(ctx context.Context, v *check.Vantage, look check.Look, resolver plan.Resolver, host string) []measurement.Record {
	ask := func(query string, qtype uint16) measurement.Record {
		r := look.Record(v, measurement.KindDNS, host)
		r.DNS = &measurement.DNS{Resolver: resolver.Class, Transport: "udp", Query: query}
		start := time.Now()
		seen, err := exchange(ctx, v, resolver.Address, host, qtype)
		if err != nil {
			r.DurationMS = check.Since(start)
			r.Failure = ofExchange(err)
			return r
		}
		r.DurationMS = uint32(seen.after.Milliseconds())
		r.Failure = failure.OfRcode(seen.first.rcode)
		r.DNS.Rcode = rcodeName(seen.first.rcode)
		r.DNS.Answers = answers(v, seen.first.addresses)
		r.DNS.Conflict = seen.conflict
		r.DNS.GapMS = uint32(seen.gap.Milliseconds())
		if seen.first.truncated && r.Failure == "" && len(r.DNS.Answers) == 0 {
			r.Failure = measurement.FailureDNSTemporary
		}
		return r
	}
	records, _ := both(
		func() measurement.Record { return ask("A", dns.TypeA) },
		func() measurement.Record { return ask("AAAA", dns.TypeAAAA) })
	return records
}

// sighting is all that arrived for one question.
type sighting struct {
	first    reply
	after    time.Duration // from the question to the first answer
	conflict bool
	gap      time.Duration // from the first answer to the one that contradicts it
}

// exchange asks twice if need be, each time for half of the timeout: one lost datagram is not an outage.
// The second question is a new one, from a new port, because two questions may well have two answers.
func exchange(ctx context.Context, v *check.Vantage, server netip.AddrPort, host string, qtype uint16) (sighting, error) {
	seen, err := attempt(ctx, v, server, host, qtype)
	if ofExchange(err) == measurement.FailureTimeout && ctx.Err() == nil {
		return attempt(ctx, v, server, host, qtype)
	}
	return seen, err
}

func attempt(ctx context.Context, v *check.Vantage, server netip.AddrPort, host string, qtype uint16) (sighting, error) {
	var seen sighting
	question := new(dns.Msg).SetQuestion(dns.Fqdn(host), qtype)
	question.SetEdns0(udpSize, false)
	packed, err := question.Pack()
	if err != nil {
		return seen, err
	}
	conn, err := v.Guard.Dial(ctx, "udp", server)
	if err != nil {
		return seen, err
	}
	defer conn.Close()
	start := time.Now()
	if err := conn.SetDeadline(start.Add(v.Timeouts.DNS / 2)); err != nil {
		return seen, err
	}
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if _, err := conn.Write(packed); err != nil {
		return seen, err
	}
	if seen.first, err = receive(conn, question); err != nil {
		return seen, err
	}
	seen.after = time.Since(start)
	if err := conn.SetDeadline(time.Now().Add(v.Timeouts.Conflict)); err != nil {
		return seen, err
	}
	for {
		second, err := receive(conn, question)
		if err != nil {
			return seen, nil //nolint:nilerr // the window closed: nobody else answered
		}
		if !second.equal(seen.first) {
			seen.conflict, seen.gap = true, time.Since(start)-seen.after
			return seen, nil
		}
	}
}

// errWrongID says that something answered, but not what was asked.
var errWrongID = errors.New("only answers to other questions arrived")

// receive waits for an answer to question, and passes over what is none.
func receive(conn net.Conn, question *dns.Msg) (reply, error) {
	strays := 0
	buffer := make([]byte, 4096)
	for {
		n, err := conn.Read(buffer)
		if err != nil {
			if strays > 0 && failure.Of(failure.Resolve, err) == measurement.FailureTimeout {
				err = errWrongID
			}
			return reply{}, err
		}
		answer, err := read(buffer[:n], question)
		if !errors.Is(err, errWrongID) {
			return answer, err
		}
		if strays++; strays > maxStrays {
			return reply{}, errWrongID
		}
	}
}

// maxStrays bounds how long a flood of wrong answers keeps a check busy.
const maxStrays = 64

func ofExchange(err error) measurement.Failure {
	if errors.Is(err, errWrongID) {
		return measurement.FailureDNSReplyWrongID
	}
	return failure.Of(failure.Resolve, err)
}

func (r reply) equal(other reply) bool {
	return r.rcode == other.rcode && slices.Equal(r.addresses, other.addresses)
}
