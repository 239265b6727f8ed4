package agent

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/identity"
	"github.com/lamplight-net/lamplight/probes/internal/meter"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// diary is when a session without sockets would beat and look.
type diary struct {
	s            *session
	mu           sync.Mutex
	beats, looks []time.Time
}

// note writes into the diary.
func (d *diary) note(into *[]time.Time) func(plan.Item) {
	return func(i plan.Item) {
		d.mu.Lock()
		defer d.mu.Unlock()
		*into = append(*into, i.At)
	}
}

// all returns what is in the diary so far.
func (d *diary) all() (beats, looks []time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.beats), slices.Clone(d.looks)
}

// follow lets a session follow its timetables in a bubble, where hours pass at once.
func follow(t *testing.T, cfg Config, seed byte, script func(d *diary)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		cfg.Software, cfg.Network = "test/1", &home.Network
		cfg.Plan.Version = "test-1"
		for n := range 12 {
			cfg.Plan.Targets = append(cfg.Plan.Targets, plan.Target{URL: fmt.Sprintf("https://%d.example/", n), Class: "foreign"})
		}
		cfg = cfg.withDefaults()
		a := &Agent{cfg: cfg, meter: meter.New(cfg.Clock.Now), tempo: newTempo(len(cfg.Plan.Targets))}
		d := &diary{s: &session{
			cfg: cfg, agent: a, clock: &toldClock{Clock: clock.System{}}, id: identity.FromSeed([32]byte{seed}), moved: make(chan struct{}, 1),
		}}
		ctx, stop := context.WithCancel(t.Context())
		go d.s.follow(ctx, d.s.nextBeat, d.note(&d.beats))
		go d.s.follow(ctx, d.s.nextTarget, d.note(&d.looks))
		script(d)
		stop()
		synctest.Wait()
	})
}

// pass lets a time pass, and returns the beats and looks in it.
func (d *diary) pass(length time.Duration) (beats, looks []time.Time) {
	beatsBefore, looksBefore := d.all()
	time.Sleep(length)
	synctest.Wait()
	beats, looks = d.all()
	return beats[len(beatsBefore):], looks[len(looksBefore):]
}

// reach lets a beat end now of whose foreign anchors so many answered.
func (d *diary) reach(answered uint8) {
	d.s.agent.saw(time.Now(), home.Network, plan.Beat, []measurement.Record{{Kind: measurement.KindBeat, Beat: &measurement.Beat{
		Foreign: measurement.Reach{Tried: 3, Answered: answered},
	}}})
}

func (d *diary) spend(bytes int64) {
	d.s.agent.meter.Resume(meter.Day{Date: time.Now().UTC().Format(time.DateOnly), Received: bytes})
}

func (d *diary) pace() plan.Pace {
	pace, _ := plan.PaceOf(d.s.agent.conditions(time.Now()))
	return pace
}

func between(t *testing.T, what string, n, least, most int) {
	t.Helper()
	if n < least || n > most {
		t.Errorf("%s: %d, want %d to %d", what, n, least, most)
	}
}

// shortest is the shortest distance between two of some times.
func shortest(times []time.Time) time.Duration {
	out := time.Hour
	for i := 1; i < len(times); i++ {
		out = min(out, times[i].Sub(times[i-1]))
	}
	return out
}

// When reach changes, an agent looks four times as often from then on, spread out, and for twenty minutes.
func TestReachQuickens(t *testing.T) {
	follow(t, Config{}, 7, func(d *diary) {
		d.reach(3)
		beats, looks := d.pass(time.Hour)
		between(t, "beats of an hour", len(beats), 59, 61)
		between(t, "looks of an hour", len(looks), 23, 25)

		d.reach(0)
		beats, looks = d.pass(plan.QuickFor)
		between(t, "beats around an onset", len(beats), 78, 81)
		between(t, "looks around an onset", len(looks), 31, 33)
		d.pass(time.Minute)
		beats, looks = d.pass(time.Hour)
		between(t, "beats of an hour after it", len(beats), 59, 61)
		between(t, "looks of an hour after it", len(looks), 23, 25)
	})
}

// However the timetables lie to each other, a change makes nothing due at once.
func TestQuickIsNoBurst(t *testing.T) {
	for seed := range byte(40) {
		follow(t, Config{}, seed, func(d *diary) {
			d.reach(3)
			d.pass(time.Hour)
			d.reach(0)
			d.pass(time.Hour)
			beats, looks := d.all()
			if gap := shortest(looks); gap < 37500*time.Millisecond/2 { // half a slot of the quick pace
				t.Errorf("seed %d: %v between two looks", seed, gap)
			}
			if gap := shortest(beats); gap < plan.MinBeatEvery/2 {
				t.Errorf("seed %d: %v between two beats", seed, gap)
			}
		})
	}
}

// A look that is hours away when everything changes comes sooner.
func TestQuickWakesASlowTimetable(t *testing.T) {
	follow(t, Config{Budget: 1000}, 7, func(d *diary) {
		d.reach(3)
		d.spend(999)
		if d.pace() != plan.Slow {
			t.Fatalf("pace %s", d.pace())
		}
		d.pass(time.Hour)
		_, looks := d.pass(time.Hour)
		between(t, "slow looks of an hour", len(looks), 5, 7)
		d.pass(time.Until(looks[len(looks)-1].Add(time.Minute))) // another is due in five minutes or more
		d.reach(0)
		var beats []time.Time
		beats, looks = d.pass(2 * time.Minute)
		between(t, "beats of the first two minutes", len(beats), 6, 9)
		between(t, "looks of the first two minutes", len(looks), 2, 4)
	})
}

func countBefore(times []time.Time, end time.Time) int {
	n := 0
	for _, at := range times {
		if at.Before(end) {
			n++
		}
	}
	return n
}

// Once the day's bytes are used up there are beats only, fewer than before, until the next day; and then looks
// begin again one by one.
func TestSpentUntilTomorrow(t *testing.T) {
	follow(t, Config{Budget: 1000}, 7, func(d *diary) {
		d.pass(20 * time.Hour)
		d.spend(1000)
		if d.pace() != plan.BeatsOnly {
			t.Fatalf("pace %s", d.pace())
		}
		beats, looks := d.pass(4 * time.Hour)
		between(t, "beats of four hours", len(beats), 79, 82)
		between(t, "looks of four hours", len(looks), 0, 0)
		beats, looks = d.pass(time.Hour)
		between(t, "beats of an hour of the next day", len(beats), 58, 61)
		between(t, "looks of an hour of the next day", len(looks), 23, 25)
		if gap := shortest(looks); gap < 75*time.Second {
			t.Errorf("%v between two looks", gap)
		}
	})
}

// In quiet hours, by the volunteer's clock, there are beats only, whatever changes; every bin of five minutes holds one.
func TestQuietHours(t *testing.T) {
	follow(t, Config{Quiet: plan.Hours{From: 23 * 60, Until: 6*60 + 30}, Zone: time.FixedZone("", 3*3600)}, 7, func(d *diary) {
		d.pass(20 * time.Hour) // from midnight UTC, which is three o'clock, to an hour before midnight
		beats, looks := d.all()
		between(t, "looks before half past six", countBefore(looks, beats[0].Truncate(24*time.Hour).Add(3*time.Hour+30*time.Minute)), 0, 0)
		between(t, "looks of the day", len(looks), 16*24+10, 16*24+14)
		beats, looks = d.pass(7 * time.Hour)
		between(t, "beats of the quiet hours", len(beats), 139, 141)
		between(t, "looks of the quiet hours", len(looks), 0, 0)
		bins := map[time.Time]bool{}
		for _, at := range beats {
			bins[at.Truncate(5*time.Minute)] = true
		}
		between(t, "bins with a beat", len(bins), 7*12, 7*12)
		d.reach(3)
		d.reach(0)
		_, looks = d.pass(20 * time.Minute)
		between(t, "looks when reach changes in the quiet hours", len(looks), 0, 0)
	})
}
