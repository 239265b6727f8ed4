package detect

import (
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// interval writes a moment as earliest/best/latest.
func interval(i incident.Interval) string {
	return strings.Join([]string{hours(i.Earliest), hours(i.Best), hours(i.Latest)}, "/")
}

// When an event began and ended is known as well as it was looked at, and no better.
func TestOnsetAndEndAreIntervals(t *testing.T) {
	for _, test := range []struct{ name, script, onset, end string }{
		{"seen bin by bin", `
			bgp 02:00 04:00 0.1`, "02:00/02:00/02:05", "03:55/04:00/04:00"},
		{"nobody looked when it began", `
			bgp 01:45 02:00 hole
			bgp 02:00 04:00 0.1`, "01:45/02:00/02:05", "03:55/04:00/04:00"},
		{"nobody looked when it ended", `
			bgp 02:00 04:00 0.1
			bgp 04:00 04:15 hole`, "02:00/02:00/02:05", "03:55/04:00/04:15"},
		{"a hole within says nothing of either", `
			bgp 02:00 04:00 0.1
			bgp 02:45 03:15 hole`, "02:00/02:00/02:05", "03:55/04:00/04:00"},
		{"a short dip before is not the event", `
			bgp 00:30 00:35 0.5
			bgp 02:00 04:00 0.1`, "02:00/02:00/02:05", "03:55/04:00/04:00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := read(t, "signal bgp 10000\n"+test.script)
			found := Run(s.signals, Defaults()).Found
			if len(found) != 1 || found[0].End == nil {
				t.Fatalf("found %q, want one event that ended", brief(found))
			}
			if onset, end := interval(found[0].Onset), interval(*found[0].End); onset != test.onset || end != test.end {
				t.Errorf("onset %s, end %s, want %s and %s", onset, end, test.onset, test.end)
			}
			first, last := s.signals[0].At(found[0].First), s.signals[0].At(found[0].Last+1)
			if !first.Equal(found[0].Onset.Best) || !last.Equal(found[0].End.Best) {
				t.Errorf("the bins are from %s to %s", hours(first), hours(last))
			}
		})
	}
}

// The hours over which evidence is averaged do not show in an event.
func TestLongWindowsDoNotBlurTheMoments(t *testing.T) {
	// Half of a place that flickers: only the mean over three hours reaches what an event needs.
	s := read(t, `
		signal telescope 2000
		signal probes_online 12
		all 02:00 10:00 0.45`)
	found := Run(s.signals, Defaults()).Found
	if got := brief(found); got != "02:00-10:00" {
		t.Errorf("found %q, want 02:00-10:00", got)
	}
}

func TestAnEventEnds(t *testing.T) {
	for _, test := range []struct{ name, script, want string }{
		{"a fall of a third for a week is the new normal, and goes on", `
			days 12
			signal bgp 10000
			bgp 02:00 288:00 0.7`, "02:00-on"},
		{"the loss of most of a place never is", `
			days 12
			signal bgp 10000
			bgp 02:00 288:00 0.3`, "02:00-on"},
		{"what lingers does not join two days", `
			days 2
			signal bgp 10000
			bgp 02:00 04:00 0.1
			bgp 04:00 26:00 0.982
			bgp 26:00 28:00 0.1`, "02:00-04:00 26:00-28:00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := read(t, test.script)
			if got := brief(Run(s.signals, Defaults()).Found); got != test.want {
				t.Errorf("found %q, want %q", got, test.want)
			}
		})
	}
}

func TestScoreIsTheEvidenceAtItsHeight(t *testing.T) {
	s := read(t, `
		signal bgp 10000
		signal active_probing 4000
		bgp 02:00 04:00 0
		bgp 04:00 05:00 0.95`)
	r := Run(s.signals[:1], Defaults())
	if len(r.Found) != 1 || r.Found[0].Score != Defaults().Limit {
		t.Errorf("found %+v", r.Found)
	}
	both := Run(s.signals, Defaults())
	if len(both.Found) != 1 || both.Found[0].Score >= r.Found[0].Score || both.Found[0].Score < Defaults().Enter {
		t.Errorf("beside a signal that stayed the score is not lower: %+v", both.Found)
	}
}
