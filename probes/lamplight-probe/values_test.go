package main

import (
	"testing"
	"time"
)

func TestSpan(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"30m": 30 * time.Minute, "1h": time.Hour, "1h30m": 90 * time.Minute, "2d": 2 * day,
		"400d": 400 * day, // a length, though of no pause: the probe says how long one may be
		"":     0, "0s": 0, "59s": 0, "-1h": 0, "-1d": 0, "1": 0, "d": 0, "1.5d": 0, "99999d": 0, "long": 0,
	} {
		if got, err := span(text); got != want || (err == nil) != (want > 0) {
			t.Errorf("%q is %v, %v; want %v", text, got, err, want)
		}
	}
}
