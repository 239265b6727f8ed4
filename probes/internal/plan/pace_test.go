package plan_test

import (
	"fmt"
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
		name string
		c    plan.Conditions
		want plan.Pace
	}{
		{"nothing happened", plan.Conditions{Now: noon}, plan.Steady},
		{"a change a moment ago", plan.Conditions{Now: noon, Changed: before(time.Minute)}, plan.Quick},
		{"a change an hour ago", plan.Conditions{Now: noon, Changed: before(time.Hour)}, plan.Steady},
		{"a change that is still to come: the clock was set back", plan.Conditions{Now: noon, Changed: before(-time.Hour)}, plan.Steady},
		{"half of the day, half of the bytes", plan.Conditions{Now: noon, Spent: 50, Budget: 100}, plan.Steady},
		{"half of the day, nearly all of the bytes", plan.Conditions{Now: noon, Spent: 80, Budget: 100}, plan.Slow},
		{"the budget is used up", plan.Conditions{Now: noon, Spent: 100, Budget: 100, Changed: before(time.Minute)}, plan.BeatsOnly},
		{"no budget", plan.Conditions{Now: noon, Spent: 1 << 40}, plan.Steady},
		{"quiet hours", plan.Conditions{Now: noon.Add(11 * time.Hour), Quiet: night}, plan.BeatsOnly},
		{"quiet hours after midnight", plan.Conditions{Now: noon.Add(18 * time.Hour), Quiet: night}, plan.BeatsOnly},
		{"quiet hours are over", plan.Conditions{Now: noon.Add(18*time.Hour + 30*time.Minute), Quiet: night}, plan.Steady},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := plan.PaceOf(test.c); got != test.want {
				t.Errorf("pace %d, want %d", got, test.want)
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
			if at.BeatEvery < plan.MinBeatEvery || at.BeatEvery > 4*time.Minute || at.TargetEvery < plan.MinTargetEvery || at.TargetEvery > most {
				t.Fatalf("%d targets at pace %d: beats every %v, targets every %v", n, pace, at.BeatEvery, at.TargetEvery)
			}
			if n > 0 && at.TargetEvery/time.Duration(n) < 1200*time.Millisecond {
				t.Fatalf("%d targets at pace %d: one every %v", n, pace, at.TargetEvery/time.Duration(n))
			}
		}
		if only := p.At(plan.BeatsOnly); len(only.Targets) > 0 || only.BeatEvery > 4*time.Minute {
			t.Fatalf("beats only: %d targets, beats every %v", len(only.Targets), only.BeatEvery)
		}
	}
}

// Analysis counts the probes that are heard in five minutes: at every pace, jitter and all, they hold a beat.
func TestEveryBinHoldsABeat(t *testing.T) {
	for _, pace := range []plan.Pace{plan.Steady, plan.Quick, plan.Slow, plan.BeatsOnly} {
		for seed := range uint64(50) {
			p := targets(5).At(pace)
			last := plan.NextBeat(p, seed, noon).At
			for range 500 {
				at := plan.NextBeat(p, seed, last).At
				if at.Sub(last) > p.BeatEvery*3/2 || at.Sub(last) >= 5*time.Minute {
					t.Fatalf("pace %d: beats every %v, and two %v apart", pace, p.BeatEvery, at.Sub(last))
				}
				last = at
			}
		}
	}
}

// A plan that beats less often than the slowest pace is not followed more often for being slow.
func TestSlowIsNeverFaster(t *testing.T) {
	p := targets(5)
	for p.BeatEvery = plan.MinBeatEvery; p.BeatEvery <= plan.MaxEvery; p.BeatEvery += 10 * time.Second {
		if slow := p.At(plan.Slow); slow.BeatEvery < p.BeatEvery {
			t.Fatalf("beats every %v, slowly every %v", p.BeatEvery, slow.BeatEvery)
		}
	}
}

func TestWantedTargetsAreLookedAtTwice(t *testing.T) {
	p := targets(5).Want([]string{"https://3.example/", "https://unknown.example/", "https://3.example/"})
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
	if full = full.Want([]string{"https://1.example/"}); len(full.Wanted) != 0 {
		t.Error("a full plan takes more")
	}
}

func TestParseHours(t *testing.T) {
	for text, ok := range map[string]bool{
		"": true, "23:00-06:30": true, "00:00-23:59": true, "6-7": false, "25:00-06:00": false, "06:00-06:00": false, "night": false,
	} {
		if _, err := plan.ParseHours(text); (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
	}
}
