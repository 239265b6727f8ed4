package ratelimit

import (
	"testing"
	"time"
)

func TestAllow(t *testing.T) {
	l := New[string](Rate{Every: time.Second, Burst: 3}, 10)
	start := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for i, step := range []struct {
		key  string
		at   time.Duration
		wait time.Duration // zero: allowed
	}{
		{"a", 0, 0}, {"a", 0, 0}, {"a", 0, 0},
		{"a", 0, time.Second},
		{"b", 0, 0}, // another key has a limit of its own
		{"a", 600 * time.Millisecond, 400 * time.Millisecond},
		{"a", time.Second, 0},
		{"a", time.Second, time.Second},
		{"a", time.Minute, 0}, {"a", time.Minute, 0}, {"a", time.Minute, 0}, // no more than a burst is saved up
		{"a", time.Minute, time.Second},
	} {
		wait, ok := l.Allow(step.key, start.Add(step.at))
		if ok != (step.wait == 0) || wait != step.wait {
			t.Errorf("step %d: got %v, %v; want a wait of %v", i, wait, ok, step.wait)
		}
	}
}

func TestMemoryIsBounded(t *testing.T) {
	const most = 100
	l := New[int](Rate{Every: time.Second, Burst: 1}, most)
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for key := range 10 * most {
		if _, ok := l.Allow(key, now); !ok {
			t.Fatalf("key %d, never seen, was turned away", key)
		}
		if len(l.due) > most {
			t.Fatalf("remembers %d keys, at most %d", len(l.due), most)
		}
	}
}

func TestKeysThatAreNotAheadAreForgottenFirst(t *testing.T) {
	l := New[int](Rate{Every: time.Second, Burst: 1}, 4)
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for key := range 3 {
		l.Allow(key, now)
	}
	l.Allow(3, now.Add(1500*time.Millisecond))
	l.Allow(4, now.Add(1500*time.Millisecond)) // makes room: 0 to 2 are due, 3 is ahead
	if _, ok := l.Allow(3, now.Add(1500*time.Millisecond)); ok {
		t.Error("a key that is ahead was forgotten while others could be")
	}
}
