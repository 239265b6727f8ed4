package report

import (
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
)

// Rhythm says how often the probe looks at present, and why; nothing of a probe that does not measure.
func (r Report) Rhythm() string {
	if r.Pace.Pace == "" {
		return ""
	}
	budget := "today's " + Megabytes(r.Today.BudgetBytes) + " MB are "
	switch r.Pace.Reason {
	case plan.BecauseChanged:
		return "measuring more often: something changed " + ago(r.At.Sub(r.Pace.Changed))
	case plan.BecauseSaving:
		return "measuring less often: " + budget + "nearly used up"
	case plan.BecauseSpent:
		return "only checking in: " + budget + "used up, and the next day begins at 00:00 UTC"
	case plan.BecauseQuiet:
		return "only checking in: quiet hours until " + r.Pace.QuietUntil.Format("15:04")
	}
	return "measuring as usual"
}

func ago(passed time.Duration) string {
	if passed < time.Minute {
		return "less than a minute ago"
	}
	return Count(int(passed/time.Minute), "minute", "minutes") + " ago"
}
