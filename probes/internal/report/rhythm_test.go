package report_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/agent"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/report"
)

// A report that came as JSON from the probe that runs says the same, with the hours of the probe's clock.
func TestRhythm(t *testing.T) {
	nairobi := time.FixedZone("", 3*3600)
	changed := func(ago time.Duration) report.Pace {
		return report.Pace{Pace: plan.Quick, Reason: plan.BecauseChanged, Changed: at.Add(-ago)}
	}
	for _, test := range []struct {
		name string
		pace report.Pace
		want string
	}{
		{name: "steady", pace: report.Pace{Pace: plan.Steady}, want: "measuring as usual"},
		{name: "a moment ago", pace: changed(59 * time.Second), want: "measuring more often: something changed less than a minute ago"},
		{name: "a minute ago", pace: changed(time.Minute), want: "measuring more often: something changed 1 minute ago"},
		{name: "minutes ago", pace: changed(4*time.Minute + 59*time.Second), want: "measuring more often: something changed 4 minutes ago"},
		{name: "saving", pace: report.Pace{Pace: plan.Slow, Reason: plan.BecauseSaving}, want: "measuring less often: today's 20 MB are nearly used up"},
		{name: "spent", pace: report.Pace{Pace: plan.BeatsOnly, Reason: plan.BecauseSpent}, want: "only checking in: today's 20 MB are used up, and the next day begins at 00:00 UTC"},
		{
			name: "quiet", pace: report.Pace{Pace: plan.BeatsOnly, Reason: plan.BecauseQuiet, QuietUntil: time.Date(2026, 3, 2, 6, 30, 0, 0, nairobi)},
			want: "only checking in: quiet hours until 06:30",
		},
		{name: "it does not measure"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := running()
			r.At, r.Pace = at, test.pace
			data, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			var read report.Report
			if err := json.Unmarshal(data, &read); err != nil {
				t.Fatal(err)
			}
			if got := read.Rhythm(); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// A probe that does not measure has no pace, in words neither.
func TestNoPaceWithoutMeasuring(t *testing.T) {
	quick := agent.Status{Running: true, Pace: plan.Quick, Reason: plan.BecauseChanged, Changed: at}
	paused, ended := quick, quick
	paused.PausedUntil, ended.Running = at, false
	for name, got := range map[string]report.Report{
		"suspended": report.Report{Suspended: "the text has changed"}.Of(quick), "paused": report.Report{}.Of(paused), "ended": report.Report{}.Of(ended),
	} {
		if got.Pace != (report.Pace{}) || got.Rhythm() != "" {
			t.Errorf("%s: %+v, %q", name, got.Pace, got.Rhythm())
		}
	}
	if got := (report.Report{}).Of(quick).Pace; got.Pace != plan.Quick || !got.Changed.Equal(at) {
		t.Errorf("it measures: %+v", got)
	}
}
