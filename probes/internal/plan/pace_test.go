package plan_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
)

func TestPaceOf(t *testing.T) {
	night, err := plan.ParseHours("23:00-06:30")
	if err != nil {
		t.Fatal(err)
	}
	before := func(d time.Duration) time.Time { return noon.Add(-d) }
	for _, test := range []struct {
		name   string
		c      plan.Conditions
		want   plan.Pace
		reason plan.Reason
	}{
		{"nothing happened", plan.Conditions{Now: noon}, plan.Steady, ""},
		{"a change a moment ago", plan.Conditions{Now: noon, Changed: before(time.Minute)}, plan.Quick, plan.BecauseChanged},
		{"a change an hour ago", plan.Conditions{Now: noon, Changed: before(time.Hour)}, plan.Steady, ""},
		{"a change that is still to come: the clock was set back", plan.Conditions{Now: noon, Changed: before(-time.Hour)}, plan.Steady, ""},
		{"half of the day, half of the bytes", plan.Conditions{Now: noon, Spent: 50, Budget: 100}, plan.Steady, ""},
		{"half of the day, nearly all of the bytes", plan.Conditions{Now: noon, Spent: 80, Budget: 100}, plan.Slow, plan.BecauseSaving},
		{"a change when nearly all is used up", plan.Conditions{Now: noon, Spent: 80, Budget: 100, Changed: before(time.Minute)}, plan.Quick, plan.BecauseChanged},
		{"the budget is used up", plan.Conditions{Now: noon, Spent: 100, Budget: 100, Changed: before(time.Minute)}, plan.BeatsOnly, plan.BecauseSpent},
		{"no budget", plan.Conditions{Now: noon, Spent: 1 << 40}, plan.Steady, ""},
		{"quiet hours", plan.Conditions{Now: noon.Add(11 * time.Hour), Quiet: night}, plan.BeatsOnly, plan.BecauseQuiet},
		{"quiet hours, and a change", plan.Conditions{Now: noon.Add(12 * time.Hour), Changed: noon.Add(12 * time.Hour), Quiet: night}, plan.BeatsOnly, plan.BecauseQuiet},
		{"quiet hours after midnight", plan.Conditions{Now: noon.Add(18 * time.Hour), Quiet: night}, plan.BeatsOnly, plan.BecauseQuiet},
		{"quiet hours are over", plan.Conditions{Now: noon.Add(18*time.Hour + 30*time.Minute), Quiet: night}, plan.Steady, ""},
		{"quiet hours of another time zone", plan.Conditions{Now: noon.In(time.FixedZone("", 11*3600)), Quiet: night}, plan.BeatsOnly, plan.BecauseQuiet},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, reason := plan.PaceOf(test.c); got != test.want || reason != test.reason {
				t.Errorf("pace %s because of %q, want %s because of %q", got, reason, test.want, test.reason)
			}
		})
	}
}

// Whatever the pace, a plan stays one that a volunteer's line and the sites on it can bear.
func TestEveryPaceIsAPlan(t *testing.T) {
	for n := range 1001 {
		p := targets(n)
		if p.Validate() != nil {
			continue // too many for half an hour
		}
		for pace, most := range map[plan.Pace]time.Duration{plan.Steady: plan.MaxEvery, plan.Quick: plan.MaxEvery, plan.Slow: 4 * plan.MaxEvery} {
			at := p.At(pace)
			if at.BeatEvery < plan.MinBeatEvery || at.BeatEvery > 3*time.Minute || at.TargetEvery < plan.MinTargetEvery || at.TargetEvery > most {
				t.Fatalf("%d targets at pace %s: beats every %v, targets every %v", n, pace, at.BeatEvery, at.TargetEvery)
			}
			if n > 0 && at.TargetEvery/time.Duration(n) < 1200*time.Millisecond {
				t.Fatalf("%d targets at pace %s: one every %v", n, pace, at.TargetEvery/time.Duration(n))
			}
		}
		if only := p.At(plan.BeatsOnly); len(only.Targets) > 0 || only.BeatEvery > 3*time.Minute {
			t.Fatalf("beats only: %d targets, beats every %v", len(only.Targets), only.BeatEvery)
		}
	}
}

func TestWantedTargetsAreLookedAtTwice(t *testing.T) {
	p := targets(5).Want([]uint16{3, 65535, 3})
	if len(p.Wanted) != 1 {
		t.Fatalf("wanted %v", p.Wanted)
	}
	looks := make(map[int]int)
	at := noon
	for range 60 {
		item, _ := plan.NextTarget(p, 7, at)
		looks[item.Target]++
		at = item.At
	}
	if got := fmt.Sprint(looks); got != "map[0:10 1:10 2:10 3:20 4:10]" {
		t.Errorf("looks %s", got)
	}
	full := targets(1000)
	full.TargetEvery = 20 * time.Minute
	if full = full.Want([]uint16{1}); len(full.Wanted) != 0 {
		t.Error("a full plan takes more")
	}
}

// bin is one of the analysis.
const bin = 5 * time.Minute

// follow goes through the beats of a plan from noon on, at the pace that it is told before each, and returns their
// longest distance.
func follow(p plan.Plan, seed uint64, beats int, pace func() plan.Pace) time.Duration {
	longest, last := time.Duration(0), plan.NextBeat(p.At(pace()), seed, noon).At
	for range beats {
		at := plan.NextBeat(p.At(pace()), seed, plan.FromBeat(last, last)).At
		longest, last = max(longest, at.Sub(last)), at
	}
	return longest
}

// Analysis counts the probes that are heard in a bin: at every pace, jitter and all, each bin holds a beat. Beats are at
// most one and a half times as far apart as the pace says.
func TestEveryBinHoldsABeat(t *testing.T) {
	p := targets(5)
	for pace, want := range map[plan.Pace]time.Duration{
		plan.Quick: 15 * time.Second, plan.Steady: time.Minute, plan.Slow: 3 * time.Minute, plan.BeatsOnly: 3 * time.Minute,
	} {
		longest := time.Duration(0)
		for seed := range uint64(50) {
			longest = max(longest, follow(p, seed, 500, func() plan.Pace { return pace }))
		}
		if every := p.At(pace).BeatEvery; every != want || longest > want*3/2 || longest < want*4/3 || longest >= bin {
			t.Errorf("pace %s: beats every %v, at most %v apart", pace, every, longest)
		}
	}
}

// Nor does a bin go without a beat because the pace changes, even if that happens while the next beat is awaited.
func TestEveryBinHoldsABeatWhilePacesChange(t *testing.T) {
	p, paces := targets(5), []plan.Pace{plan.Steady, plan.Quick, plan.Slow, plan.BeatsOnly}
	for seed := range uint64(100) {
		dice := rand.New(rand.NewPCG(seed, 0))
		if longest := follow(p, seed, 500, func() plan.Pace { return paces[dice.IntN(len(paces))] }); longest >= bin {
			t.Errorf("seed %d: %v without a beat", seed, longest)
		}
	}
	longest := time.Duration(0)
	for seed := range uint64(100) {
		last := noon
		for range 500 {
			slow := plan.NextBeat(p.At(plan.BeatsOnly), seed, plan.FromBeat(last, last)).At
			woken := slow.Add(-time.Nanosecond) // at the worst moment
			at := plan.NextBeat(p.At(plan.Quick), seed, plan.FromBeat(woken, last)).At
			longest, last = max(longest, at.Sub(last)), at
		}
	}
	if longest >= bin {
		t.Errorf("%v without a beat when a change quickens the pace", longest)
	}
}

// A plan that beats less often than the slowest pace is not followed more often for being slow: then there are bins without
// a beat, as its author chose.
func TestSlowIsNeverFaster(t *testing.T) {
	p := targets(5)
	for p.BeatEvery = plan.MinBeatEvery; p.BeatEvery <= plan.MaxEvery; p.BeatEvery += 10 * time.Second {
		for _, pace := range []plan.Pace{plan.Slow, plan.BeatsOnly} {
			if at := p.At(pace); at.BeatEvery < p.BeatEvery {
				t.Fatalf("beats every %v, at pace %s every %v", p.BeatEvery, pace, at.BeatEvery)
			}
		}
		if at := p.At(plan.Quick); at.BeatEvery > p.BeatEvery {
			t.Fatalf("beats every %v, at the quick pace every %v", p.BeatEvery, at.BeatEvery)
		}
	}
}

// However the pace changes, looks keep half a slot's distance: nothing is due at once, and nothing is caught up with.
func TestNoBurstWhenThePaceChanges(t *testing.T) {
	paces := []plan.Pace{plan.Steady, plan.Quick, plan.Slow}
	for _, n := range []int{1, 7, 120, 900} {
		p := targets(n)
		for seed := range uint64(20) {
			dice := rand.New(rand.NewPCG(seed, 1))
			now, last := noon, time.Time{}
			var looks []time.Time
			for range 300 {
				at := p.At(paces[dice.IntN(len(paces))])
				slot := at.TargetEvery / time.Duration(n)
				item, _ := plan.NextTarget(at, seed, plan.FromTarget(at, now, last))
				if gap := item.At.Sub(last); !last.IsZero() && gap < slot/2 {
					t.Fatalf("%d targets, seed %d: %v between two looks of a slot of %v", n, seed, gap, slot)
				}
				if dice.IntN(3) == 0 { // the pace changes while the next look is awaited
					now = now.Add(time.Duration(dice.Int64N(int64(item.At.Sub(now)))))
					continue
				}
				now, last = item.At, item.At
				looks = append(looks, item.At)
			}
			most := int(plan.MinTargetEvery / (1200 * time.Millisecond / 2))
			for i := most; i < len(looks); i++ {
				if looks[i].Sub(looks[i-most]) < plan.MinTargetEvery {
					t.Fatalf("%d targets, seed %d: %d looks in %v", n, seed, most, looks[i].Sub(looks[i-most]))
				}
			}
		}
	}
}

// A timer that rings early does not ring twice; a clock that was set back counts.
func TestFrom(t *testing.T) {
	p := targets(5) // a slot is six minutes
	for _, test := range []struct {
		name      string
		now, last time.Time
		beat      time.Time
		target    time.Time
	}{
		{"nothing yet", noon, time.Time{}, noon, noon},
		{"on time", noon, noon, noon.Add(5 * time.Second), noon.Add(3 * time.Minute)},
		{"a little early", noon, noon.Add(time.Second), noon.Add(6 * time.Second), noon.Add(3*time.Minute + time.Second)},
		{"long ago", noon, noon.Add(-time.Hour), noon, noon},
		{"the clock was set back", noon, noon.Add(time.Hour), noon, noon},
	} {
		if got := plan.FromBeat(test.now, test.last); !got.Equal(test.beat) {
			t.Errorf("%s: beats from %v", test.name, got)
		}
		if got := plan.FromTarget(p, test.now, test.last); !got.Equal(test.target) {
			t.Errorf("%s: looks from %v", test.name, got)
		}
	}
}
