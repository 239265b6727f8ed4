package upload

import (
	"testing"
	"time"
)

// A gateway that refuses every batch for its time does not get the outbox again every six hours.
func TestClockWaits(t *testing.T) {
	var all time.Duration
	for n, want := range []time.Duration{6, 6, 24, 48, 96} {
		got := clockWait(n + 1)
		if got != want*time.Hour {
			t.Errorf("after refusal %d: wait %v, want %v", n+1, got, want*time.Hour)
		}
		all += got
	}
	if all < 7*24*time.Hour {
		t.Errorf("set aside after %v, want a week at least", all)
	}
	if maxClock != 6 {
		t.Errorf("%d refusals set a unit aside, want 6", maxClock)
	}
}
