package habit

import (
	"testing"
	"time"
)

var monday = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// online is how many of a thousand machines are on.
func online(t time.Time) int {
	n := 0
	for i := range 1000 {
		if Of(7, i).On(t) {
			n++
		}
	}
	return n
}

func TestNightsAreQuieterThanDays(t *testing.T) {
	for day := range 7 {
		noon, night := monday.AddDate(0, 0, day).Add(12*time.Hour), monday.AddDate(0, 0, day).Add(27*time.Hour)
		if n := online(noon); n < 970 || n == 1000 {
			t.Errorf("%s: %d of 1000 on, want all but a few", noon, n)
		}
		if n := online(night); n < 650 || n > 800 {
			t.Errorf("%s: %d of 1000 on, want about three quarters", night, n)
		}
	}
}

// A machine changes at most a few times a day, or the past would look like flapping.
func TestMachinesDoNotFlap(t *testing.T) {
	for volunteer := range 10 {
		h, changes := Of(7, volunteer), 0
		for at := monday; at.Before(monday.AddDate(0, 0, 14)); at = at.Add(time.Minute) {
			if h.On(at) != h.On(at.Add(time.Minute)) {
				changes++
			}
		}
		if changes > 14*2+4 {
			t.Errorf("volunteer %d: %d changes in 14 days", volunteer, changes)
		}
	}
}

func TestSameSeedSameHabits(t *testing.T) {
	differs := false
	for hour := range 24 * 14 {
		at := monday.Add(time.Duration(hour) * time.Hour)
		for volunteer := range 10 {
			first, again, other := Of(7, volunteer).On(at), Of(7, volunteer).On(at), Of(8, volunteer).On(at)
			if first != again {
				t.Fatalf("volunteer %d changes its mind about %s", volunteer, at)
			}
			differs = differs || first != other
		}
	}
	if !differs {
		t.Error("another seed makes no difference")
	}
}
