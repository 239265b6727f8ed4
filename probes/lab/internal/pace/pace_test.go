package pace

import (
	"testing"
	"time"
)

func TestGovernor(t *testing.T) {
	const quick, slow, lost = 3 * time.Millisecond, 250 * time.Millisecond, time.Second
	type looks struct {
		took  time.Duration
		times int
		want  float64 // the pace after the last
	}
	for name, test := range map[string][]looks{
		"an idle machine":                  {{quick, 1000, 1}},
		"halves with each late look":       {{slow, 1, 1. / 2}, {slow, 1, 1. / 4}, {slow, 9, 1. / 16}},
		"stops at once":                    {{quick, 9, 1}, {lost, 1, Stop}},
		"stays while looks are lost":       {{lost, 100, Stop}, {quick, 9, Stop}, {lost, 1, Stop}, {quick, 9, Stop}},
		"goes on, however slowly":          {{lost, 1, Stop}, {slow, 9, Stop}, {slow, 1, 1. / 16}},
		"comes back step by step":          {{lost, 1, Stop}, {quick, 10, 1. / 16}, {quick, 10, 1. / 8}, {quick, 19, 1. / 8}, {quick, 1, 1. / 4}, {quick, 40, 1}},
		"a late look begins the wait anew": {{slow, 1, 1. / 2}, {quick, 19, 1. / 2}, {slow, 1, 1. / 4}, {quick, 19, 1. / 4}, {quick, 1, 1. / 2}},
		"learns what is too fast":          {{slow, 1, 1. / 2}, {quick, 20, 1}, {slow, 1, 1. / 2}, {quick, 39, 1. / 2}, {quick, 1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			var g Governor
			for n, l := range test {
				got := -1.
				for range l.times {
					got = g.Saw(l.took)
				}
				if got != l.want {
					t.Errorf("step %d: pace %g, want %g", n, got, l.want)
				}
			}
		})
	}
}

// However often a faster pace was too fast, the full one comes back.
func TestGovernorForgives(t *testing.T) {
	var g Governor
	for range 100 {
		g.Saw(time.Second)
		for range longCalm {
			g.Saw(0)
		}
	}
	got := 0.
	for range slowest * longCalm {
		got = g.Saw(0)
	}
	if got != 1 {
		t.Errorf("after a long calm the pace is %g", got)
	}
}
