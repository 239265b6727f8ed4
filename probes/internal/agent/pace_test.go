package agent_test

import (
	"fmt"
	"net"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lamplight-net/lamplight/probes/internal/agent"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// measured returns when the gateway's records of a kind were measured, in order.
func measured(g *servertest.Gateway, kind measurement.Kind) []time.Time {
	var out []time.Time
	for _, b := range g.Batches() {
		for _, line := range b.Lines {
			if line.Record.Kind == kind {
				out = append(out, line.Record.MeasuredAt)
			}
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}

// quietly is a probe whose quiet hours began an hour ago, by the volunteer's clock, and end after what is left; and their
// end.
func quietly(t *testing.T, gateway *servertest.Gateway, left time.Duration) (agent.Config, time.Time) {
	t.Helper()
	cfg := country(t)
	cfg.Gateway = gateway.URL
	cfg.Zone = time.FixedZone("", 5*3600)
	now := cfg.Clock.Now().In(cfg.Zone)
	minutes := func(at time.Time) int { return at.Hour()*60 + at.Minute() }
	cfg.Quiet = plan.Hours{From: minutes(now.Add(-time.Hour)), Until: minutes(now.Add(left))}
	return cfg, cfg.Quiet.End(now)
}

func quiet(t *testing.T, s agent.Status, end time.Time) {
	t.Helper()
	if s.Running && s.At.Before(end) && (s.Pace != plan.BeatsOnly || s.Reason != plan.BecauseQuiet || !s.QuietUntil.Equal(end)) {
		t.Fatalf("in the quiet hours: %+v", s)
	}
}

// In quiet hours no site is looked at; beats go on, more slowly. What is sent tells them from others by nothing but what is
// missing. The hours are too long for the test to see their end, however busy the machine is.
func TestQuietHoursOnTheWire(t *testing.T) {
	gateway := servertest.NewGateway(t)
	cfg, end := quietly(t, gateway, 22*time.Hour)
	a := start(t, cfg)
	stop := goRun(t, a)
	await(t, func() bool {
		quiet(t, a.Status(), end)
		return len(measured(gateway, measurement.KindBeat)) >= 12
	})
	stop()
	if looks := measured(gateway, measurement.KindHTTP); len(looks) > 0 {
		t.Errorf("a look at %v, in the quiet hours until %v", looks[0], end)
	}
	// One in each three minutes, and one late from those before: a probe that has no time to beat does not catch up. At the
	// steady pace it would be three times as many.
	beats := measured(gateway, measurement.KindBeat)
	if took := beats[len(beats)-1].Sub(beats[0]); len(beats) > int(took/(3*time.Minute))+3 {
		t.Errorf("%d beats in %v of the quiet hours", len(beats), took)
	}
	for _, b := range gateway.Batches() {
		want := measurement.Header{
			Schema: measurement.SchemaVersion, Software: "test/1", Plan: "test-1",
			Network: measurement.Network{Country: "XL", ASN: 64501, Type: measurement.NetworkUnknown},
		}
		chained := cmpopts.IgnoreFields(measurement.Header{}, "CreatedAt", "Sequence", "Previous", "Beacon", "ClockOffsetSeconds")
		if diff := cmp.Diff(want, b.Header, chained); diff != "" {
			t.Errorf("header (-want +got):\n%s", diff)
		}
	}
}

// When the quiet hours are over, and not before, sites are looked at.
func TestQuietHoursEnd(t *testing.T) {
	gateway := servertest.NewGateway(t)
	cfg, end := quietly(t, gateway, 10*time.Minute)
	a := start(t, cfg)
	stop := goRun(t, a)
	await(t, func() bool {
		quiet(t, a.Status(), end)
		return len(measured(gateway, measurement.KindHTTP)) > 0
	})
	stop()
	if looks := measured(gateway, measurement.KindHTTP); looks[0].Before(end.Truncate(time.Millisecond)) {
		t.Errorf("a look at %v, in the quiet hours until %v", looks[0], end)
	}
}

// An anchor abroad that answers no more makes a probe beat and look more often.
func TestReachThatChanges(t *testing.T) {
	gateway := servertest.NewGateway(t)
	cfg := country(t)
	cfg.Gateway = gateway.URL
	var dark atomic.Bool
	answer := serveHTTP("welcome")
	abroad := servertest.TCP(t, "127.20.0.3:0", func(conn net.Conn) {
		if !dark.Load() {
			answer(conn)
		}
	})
	cfg.Plan.Foreign = []string{fmt.Sprintf("http://%s/", abroad)}
	target := cfg.Plan.Targets[0]
	for n := range 9 {
		another := target
		another.URL += fmt.Sprint(n)
		cfg.Plan.Targets = append(cfg.Plan.Targets, another)
	}
	cfg.Plan.TargetEvery = 20 * time.Minute
	a := start(t, cfg)
	goRun(t, a)
	await(t, func() bool { return len(measured(gateway, measurement.KindBeat)) >= 5 })
	if s := a.Status(); s.Pace != plan.Steady || s.Reason != "" || !s.Changed.IsZero() {
		t.Fatalf("before the change: pace %s because of %q, changed at %v", s.Pace, s.Reason, s.Changed)
	}
	dark.Store(true)
	var changed time.Time
	await(t, func() bool {
		s := a.Status()
		changed = s.Changed
		return s.Pace == plan.Quick && s.Reason == plan.BecauseChanged
	})
	await(t, func() bool { return !a.Status().At.Before(changed.Add(plan.QuickFor)) })
	if s := a.Status(); s.Pace != plan.Steady {
		t.Errorf("after twenty minutes the pace is %s because of %q", s.Pace, s.Reason)
	}
	await(t, func() bool {
		beats := measured(gateway, measurement.KindBeat)
		return len(beats) > 0 && beats[len(beats)-1].After(changed.Add(plan.QuickFor+5*time.Minute))
	})
	// Nearer together than at the steady pace, which keeps half of a slot between them. How many there are is not said
	// here: a machine that is busy leaves some out.
	nearest := func(kind measurement.Kind) time.Duration {
		times := slices.DeleteFunc(measured(gateway, kind), func(at time.Time) bool {
			return at.Before(changed) || at.After(changed.Add(plan.QuickFor))
		})
		least := plan.QuickFor
		for i := 1; i < len(times); i++ {
			least = min(least, times[i].Sub(times[i-1]))
		}
		return least
	}
	steady := cfg.Plan.WithDefaults()
	if d := nearest(measurement.KindBeat); d >= steady.BeatEvery/2 {
		t.Errorf("beats of the twenty minutes after the change are %v apart at least", d)
	}
	if d := nearest(measurement.KindHTTP); d >= steady.TargetEvery/time.Duration(2*len(steady.Targets)) {
		t.Errorf("looks of the twenty minutes after the change are %v apart at least", d)
	}
}
