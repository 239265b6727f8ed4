package agent

import (
	"context"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/check/beat"
	"github.com/lamplight-net/lamplight/probes/internal/check/dns"
	"github.com/lamplight-net/lamplight/probes/internal/check/http"
	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/outbox"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const (
	// maxLooks is how many targets may be looked at at once. On a dead network each look waits for its timeouts; what
	// the plan wants meanwhile is left out, not queued.
	maxLooks = 16
	// maxBeats is how many beats may be under way. They are apart from the looks: a dead network, where every look is
	// slow, is when beats matter most.
	maxBeats = 2
)

// measure does what the plan says, when it says so, until ctx ends.
func (s *session) measure(ctx context.Context) {
	var beats, looks errgroup.Group
	beats.SetLimit(maxBeats)
	looks.SetLimit(maxLooks)
	within := func(checks *errgroup.Group) func(plan.Item) {
		return func(item plan.Item) {
			checks.TryGo(func() error { // one that finds no room is left out
				s.do(ctx, item)
				return nil
			})
		}
	}
	var timetables sync.WaitGroup
	timetables.Go(func() { s.follow(ctx, s.nextBeat, within(&beats)) })
	timetables.Go(func() { s.follow(ctx, s.nextTarget, within(&looks)) })
	timetables.Wait()
	_, _ = beats.Wait(), looks.Wait() // a check returns no error
}

// nextBeat returns the next beat at the present pace, when the last one was due at a time.
func (s *session) nextBeat(seed uint64, now, last time.Time) (plan.Item, bool) {
	pace, _ := plan.PaceOf(s.agent.conditions(now))
	return plan.NextBeat(s.cfg.Plan.At(pace), seed, plan.FromBeat(now, last)), true
}

// nextTarget returns the next look. Where only beats are allowed the timetable goes on as ever, and what is due then is
// left out: so nothing is due at once when looks begin again.
func (s *session) nextTarget(seed uint64, now, last time.Time) (plan.Item, bool) {
	pace, _ := plan.PaceOf(s.agent.conditions(now))
	if pace == plan.BeatsOnly {
		pace = plan.Steady
	}
	p := s.agent.wanted(s.cfg.Plan).At(pace)
	return plan.NextTarget(p, seed, plan.FromTarget(p, now, last))
}

// follow starts the items of one timetable, each at its time, until ctx ends or there is none.
func (s *session) follow(ctx context.Context, next func(seed uint64, now, last time.Time) (plan.Item, bool), start func(plan.Item)) {
	var last time.Time
	for {
		turned := s.agent.tempo.turning()
		now, network := s.clock.Now(), s.currentNetwork()
		item, ok := next(s.id.Schedule(network.Country, network.ASN, now), now, last)
		if !ok || clock.Rest(ctx, s.clock, item.At.Sub(now), turned) != nil {
			return
		}
		select {
		case <-turned:
			continue // what is next comes earlier now
		default:
		}
		last = item.At
		if s.may(item) {
			start(item)
		}
	}
}

// may reports whether an item may be done now. What may not is left out, not queued.
func (s *session) may(item plan.Item) bool {
	now := s.clock.Now()
	if !s.cfg.Silence.Until().IsZero() {
		return false
	}
	pace, _ := plan.PaceOf(s.agent.conditions(now))
	return item.Target == plan.Beat || pace != plan.BeatsOnly
}

func (s *session) do(ctx context.Context, item plan.Item) {
	origin := s.origin()
	var records []measurement.Record
	if item.Target == plan.Beat {
		records = []measurement.Record{beat.Take(ctx, s.vantage, s.cfg.Plan.Domestic[origin.Network.Country], s.cfg.Plan.Foreign)}
	} else {
		records = Look(ctx, s.vantage, s.checks.Add(1), s.cfg.Plan.Targets[item.Target], s.panel)
	}
	if ctx.Err() != nil {
		return // broken off by us: what failed now says nothing about the network
	}
	if s.currentNetwork() != origin.Network {
		origin.Network = s.cfg.unknownNetwork() // it moved while it looked
	}
	s.agent.board.checked(records)
	s.agent.saw(s.clock.Now(), origin.Network, item.Target, records)
	s.keep(origin, records)
}

// origin is what the records of a check that begins now have in common.
func (s *session) origin() outbox.Origin {
	return outbox.Origin{Network: s.currentNetwork(), Plan: s.cfg.Plan.Version, PlanStale: s.stale(s.clock.Now()), Vantage: s.cfg.Vantage}
}

// stale reports whether the list had expired at a time: that can come to pass while the agent runs.
func (s *session) stale(at time.Time) bool { return s.cfg.Stale != nil && s.cfg.Stale(at) }

// Look takes one look at a target: by name as any program would, and by asking each resolver directly.
func Look(ctx context.Context, v *check.Vantage, number uint32, target plan.Target, panel *dns.Panel) []measurement.Record {
	look := check.Look{Number: number, Class: target.Class}
	records := http.Visit(ctx, v, look, target.URL)
	panel.Place(ctx, v, records)
	u, err := url.Parse(target.URL)
	if err != nil {
		return records
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return records // an address needs no resolver
	}
	return append(records, panel.Ask(ctx, v, look, u.Hostname())...)
}
