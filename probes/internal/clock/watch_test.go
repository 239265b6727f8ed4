package clock

import (
	"testing"
	"time"
)

func TestMoved(t *testing.T) {
	for _, test := range []struct {
		name   string
		wall   time.Duration // passed by the wall clock
		steady time.Duration // passed in truth
		sleeps bool
		want   time.Duration
	}{
		{"an hour", time.Hour, time.Hour, false, 0},
		{"slewed", time.Hour + 20*time.Second, time.Hour, false, 0},
		{"set ahead", 3 * time.Hour, time.Hour, false, 2 * time.Hour},
		{"set back", -time.Hour, time.Hour, false, -2 * time.Hour},
		{"from 1970 to now", 56 * 365 * 24 * time.Hour, 0, false, 56 * 365 * 24 * time.Hour},
		{"slept, or set ahead", 3 * time.Hour, time.Hour, true, 0},
		{"set back, where sleep stops the clock", -time.Hour, time.Hour, true, -2 * time.Hour},
	} {
		t.Run(test.name, func(t *testing.T) {
			wall, passed := time.Unix(1000, 0), time.Minute
			w := newWatch(func() time.Time { return wall }, func() time.Duration { return passed }, test.sleeps)
			wall, passed = wall.Add(test.wall), passed+test.steady
			if got := w.Moved(); got != test.want {
				t.Errorf("moved by %v, want %v", got, test.want)
			}
			if got := w.Moved(); got != 0 {
				t.Errorf("moved again by %v", got)
			}
		})
	}
	if w := NewWatch(); w.Moved() != 0 {
		t.Error("the machine's clock was moved, or is not read well")
	}
}

func TestBelievable(t *testing.T) {
	past := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	for at, want := range map[time.Time]bool{
		time.Unix(5, 0): false, past.AddDate(0, 0, -1): false, past: true, past.AddDate(30, 0, 0): true,
	} {
		if Believable(at, past) != want {
			t.Errorf("%v is believable: %t", at, !want)
		}
	}
	if Believable(time.Unix(5, 0), time.Time{}) {
		t.Error("1970 is believable to whoever knows nothing")
	}
}
