package plan_test

import (
	"testing"
	"time"
	_ "time/tzdata" // where the machine has no time zones

	"github.com/lamplight-net/lamplight/probes/internal/plan"
)

func TestParseHours(t *testing.T) {
	for text, ok := range map[string]bool{
		"": true, "23:00-06:30": true, "00:00-23:59": true, "6-7": false, "25:00-06:00": false, "06:00-06:00": false, "night": false,
	} {
		h, err := plan.ParseHours(text)
		if (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
		if ok && h.String() != text {
			t.Errorf("%q is written as %q", text, h)
		}
	}
}

// FuzzParseHours: whatever is read is written in the same way, holds its first minute, and ends after it.
func FuzzParseHours(f *testing.F) {
	f.Add("23:00-06:30")
	f.Add("7:05-7:06")
	f.Fuzz(func(t *testing.T, text string) {
		h, err := plan.ParseHours(text)
		if err != nil || h == (plan.Hours{}) {
			return
		}
		if again, err := plan.ParseHours(h.String()); err != nil || again != h {
			t.Errorf("%q is %v, and then %v (%v)", text, h, again, err)
		}
		begin := time.Date(2026, 3, 1, 0, h.From, 0, 0, time.UTC)
		if end := h.End(begin); !h.Hold(begin) || h.Hold(end) || !end.After(begin) || end.Sub(begin) >= 24*time.Hour {
			t.Errorf("%v from %v until %v", h, begin, end)
		}
	})
}

// Quiet hours are those of the volunteer's clock, on the days when it is put forward and back, too.
func TestHoursEnd(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	night, err := plan.ParseHours("23:00-06:30")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, at, end string }{
		{"in the evening", "2026-03-01T23:30:00+01:00", "2026-03-02T06:30:00+01:00"},
		{"in the morning", "2026-03-02T06:29:00+01:00", "2026-03-02T06:30:00+01:00"},
		{"an hour shorter", "2026-03-28T23:30:00+01:00", "2026-03-29T06:30:00+02:00"},
		{"an hour longer", "2026-10-24T23:30:00+02:00", "2026-10-25T06:30:00+01:00"},
		{"at the end of a year", "2026-12-31T23:30:00+01:00", "2027-01-01T06:30:00+01:00"},
	} {
		at, err := time.Parse(time.RFC3339, test.at)
		if err != nil {
			t.Fatal(err)
		}
		at = at.In(berlin)
		if got := night.End(at).Format(time.RFC3339); !night.Hold(at) || got != test.end {
			t.Errorf("%s: until %s, want %s", test.name, got, test.end)
		}
	}
}
