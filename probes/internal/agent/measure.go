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
	"github.com/lamplight-net/lamplight/probes/internal/outbox"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const (
	// maxChecks is how many targets may be looked at at once. On a dead network each look waits for its timeouts; what
	// the plan wants meanwhile is left out, not queued.
	maxChecks = 8
	// maxBeats is how many beats may be under way. They are apart from the looks: a dead network, where every look is
	// slow, is when beats matter most.
	maxBeats = 2
)

// measure does what the plan says, when it says so, until ctx ends.
func (s *session) measure(ctx context.Context) {
	var beats, looks errgroup.Group
	beats.SetLimit(maxBeats)
	looks.SetLimit(maxChecks)
	var timetables sync.WaitGroup
	timetables.Go(func() {
		s.follow(ctx, &beats, func(seed uint64, after time.Time) (plan.Item, bool) {
			return plan.NextBeat(s.cfg.Plan, seed, after), true
		})
	})
	timetables.Go(func() {
		s.follow(ctx, &looks, func(seed uint64, after time.Time) (plan.Item, bool) {
			return plan.NextTarget(s.agent.wanted(s.cfg.Plan), seed, after)
		})
	})
	timetables.Wait()
	_, _ = beats.Wait(), looks.Wait() // a check returns no error
}

// follow starts the items of one timetable, each at its time. One that finds no room is left out.
func (s *session) follow(ctx context.Context, checks *errgroup.Group, next func(seed uint64, after time.Time) (plan.Item, bool)) {
	var last time.Time
	for {
		now := s.clock.Now()
		after := now
		// A timer may ring a little before its time by the clock, and must not ring twice; but if the clock
		// was set back, the new time counts.
		if early := last.Sub(now); early > 0 && early < plan.MinBeatEvery {
			after = last
		}
		network := s.currentNetwork()
		item, ok := next(s.id.Schedule(network.Country, network.ASN, now), after)
		if !ok || s.clock.Sleep(ctx, item.At.Sub(now)) != nil {
			return
		}
		last = item.At
		if !s.may(item) {
			continue
		}
		checks.TryGo(func() error {
			s.do(ctx, item)
			return nil
		})
	}
}

// may reports whether an item may be done now. What may not is left out, not queued.
func (s *session) may(item plan.Item) bool {
	if !s.agent.pause.until(s.clock.Now()).IsZero() {
		return false
	}
	return item.Target == plan.Beat || s.cfg.Budget == nil || s.cfg.Budget(s.agent.meter.Today())
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
	if s.origin() != origin {
		origin.Network = s.cfg.unknownNetwork() // it moved while it looked
	}
	s.agent.board.checked(records)
	s.keep(origin, records)
}

// origin is what the records of a check that begins now have in common.
func (s *session) origin() outbox.Origin {
	return outbox.Origin{Network: s.currentNetwork(), Plan: s.cfg.Plan.Version, Generated: s.cfg.Generated}
}

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
