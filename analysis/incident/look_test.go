package incident_test

import (
	"testing"
	"time"
)

// How far analysis looked is the latest of its looks, though an earlier stretch was looked at again since.
func TestLookedUntil(t *testing.T) {
	r := openRepository(t)
	if until, err := r.LookedUntil(t.Context()); err != nil || !until.IsZero() {
		t.Errorf("before the first look: %s, %v", until, err)
	}
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, until := range []time.Time{noon.Add(-time.Hour), noon, noon.AddDate(-3, 0, 0)} {
		if err := r.Looked(t.Context(), until); err != nil {
			t.Fatal(err)
		}
	}
	if until, err := r.LookedUntil(t.Context()); err != nil || !until.Equal(noon) {
		t.Errorf("looked until %s, %v, want %s", until, err, noon)
	}
}
