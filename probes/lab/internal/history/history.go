// Package history makes up the weeks before the lab's stage day: what volunteers would have measured when
// nothing out of the ordinary happened, with the noise of ordinary life.
//
// Its batches leave through the probe's own outbox, signed with the volunteer's own keys, and say in their
// header that nobody measured them. It invents no outage. The same volunteer, plan and interval give the
// same bytes.
package history

import (
	"iter"
	"math/rand/v2"
	"net/netip"
	"net/url"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/identity"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Ordinary noise: a probe on a good line misses a few answers in a thousand.
const (
	anchorMissed = 0.003
	targetMissed = 0.005
)

// Volunteer is one machine with a past.
type Volunteer struct {
	Identity identity.Identity
	Network  measurement.Network
	// Software names the program in every batch.
	Software string
	// Plan says what was looked at and how often.
	Plan plan.Plan
	// On reports whether the machine was switched on.
	On func(time.Time) bool
	// Addresses holds the address of every target by its host name.
	Addresses map[string]netip.Addr
	// PageBytes is the length of the targets' pages.
	PageBytes uint32
}

// records yields what the volunteer measured in [from, until), in order. The interval lies within one
// month, since a probe's timetable changes with its key.
func (v *Volunteer) records(from, until time.Time) iter.Seq[measurement.Record] {
	seed := v.Identity.Schedule(v.Network.Country, v.Network.ASN, from)
	return func(yield func(measurement.Record) bool) {
		just := from.Add(-time.Nanosecond)
		beat, look := plan.NextBeat(v.Plan, seed, just), v.nextLook(seed, just, until)
		check := uint32(0)
		for {
			next := beat
			if look.At.Before(beat.At) {
				next = look
			}
			if !next.At.Before(until) {
				return
			}
			dice := rand.New(rand.NewPCG(seed, uint64(next.At.UnixNano())))
			var made []measurement.Record
			if next.Target == plan.Beat {
				made = []measurement.Record{v.beat(next.At, dice)}
				beat = plan.NextBeat(v.Plan, seed, next.At)
			} else {
				check++
				made = v.look(next, check, dice)
				look = v.nextLook(seed, next.At, until)
			}
			if !v.On(next.At) {
				continue
			}
			for _, r := range made {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// nextLook returns the next look at a target; at until if there is none.
func (v *Volunteer) nextLook(seed uint64, after, until time.Time) plan.Item {
	if look, any := plan.NextTarget(v.Plan, seed, after); any {
		return look
	}
	return plan.Item{At: until}
}

func (v *Volunteer) beat(at time.Time, dice *rand.Rand) measurement.Record {
	return measurement.Record{
		Kind: measurement.KindBeat, MeasuredAt: at.Truncate(time.Millisecond), DurationMS: latency(dice),
		Beat: &measurement.Beat{
			Domestic: reach(len(v.Plan.Domestic[v.Network.Country]), dice),
			Foreign:  reach(len(v.Plan.Foreign), dice),
		},
	}
}

func reach(tried int, dice *rand.Rand) measurement.Reach {
	r := measurement.Reach{Tried: uint8(tried)}
	for range tried {
		if dice.Float64() >= anchorMissed {
			r.Answered++
		}
	}
	return r
}

// look returns the lookup and the fetch of one look at a target. The connection's own records, which say
// the same when all is well, are left out: the past has to be sent before the story can begin.
func (v *Volunteer) look(item plan.Item, check uint32, dice *rand.Rand) []measurement.Record {
	target := v.Plan.Targets[item.Target]
	r := measurement.Record{
		Check: check, Class: target.Class, MeasuredAt: item.At.Truncate(time.Millisecond), DurationMS: latency(dice),
	}
	host := target.URL
	if u, err := url.Parse(target.URL); err == nil {
		host = u.Hostname()
	}
	lookup, fetch := r, r
	lookup.Kind, lookup.Target = measurement.KindDNS, host
	lookup.DNS = &measurement.DNS{
		Resolver: measurement.ResolverISP, Transport: "udp", Query: "A", Rcode: "NOERROR",
		Answers: []measurement.Answer{{Address: v.Addresses[host], Class: measurement.AddressPublic}},
	}
	fetch.Kind, fetch.Target = measurement.KindHTTP, target.URL
	fetch.HTTP = &measurement.HTTP{Status: 200, BodyBytes: v.PageBytes}
	if dice.Float64() < targetMissed {
		fetch.Failure, fetch.HTTP = measurement.FailureTimeout, &measurement.HTTP{}
	}
	return []measurement.Record{lookup, fetch}
}

// latency returns a plausible duration, around 40 ms and never below 12.
func latency(dice *rand.Rand) uint32 {
	ms := 40.0
	for range 4 {
		ms *= 0.75 + dice.Float64()*0.55 // chances multiply along a path
	}
	return uint32(ms)
}
