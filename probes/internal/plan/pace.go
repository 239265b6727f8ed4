package plan

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Pace is how often a probe looks at present, compared with what its plan says.
type Pace int

// The paces.
const (
	// Steady is as often as the plan says.
	Steady Pace = iota
	// Quick is around an onset or an end: when it began is the first thing that anybody asks.
	Quick
	// Slow is for a line whose budget is nearly used up.
	Slow
	// BeatsOnly is for the hours that a volunteer wants quiet, and for a budget that is used up. A probe that is
	// silent would look like one that went dark.
	BeatsOnly
)

const (
	// quickens is by how much a quick pace is faster, slows by how much a slow one is slower.
	quickens = 4
	slows    = 4
	// QuickFor is how long after a change a probe looks more often: two bins of the analysis before it is
	// believed, and as many after it.
	QuickFor = 20 * time.Minute
)

// At returns the plan at a pace. It keeps to the limits of a plan: a quick look is never a burst.
func (p Plan) At(pace Pace) Plan {
	switch pace {
	case Steady:
	case Quick:
		p.BeatEvery = max(p.BeatEvery/quickens, min(MinBeatEvery, p.BeatEvery))
		slowest := max(MinTargetEvery, time.Duration(p.slots())*minGap)
		p.TargetEvery = max(p.TargetEvery/quickens, min(slowest, p.TargetEvery))
	case Slow:
		p.BeatEvery = p.slowBeat()
		p.TargetEvery *= slows
	case BeatsOnly:
		p.BeatEvery = p.slowBeat()
		p.Targets, p.Wanted = nil, nil
	}
	return p
}

// slowestBeat lets a bin of the analysis, five minutes, hold a beat at any pace: two beats of one pace are at most one
// and a half times as far apart. A plan that says less often is not followed more often for being slow.
const slowestBeat = 3 * time.Minute

func (p Plan) slowBeat() time.Duration { return max(p.BeatEvery, min(p.BeatEvery*slows, slowestBeat)) }

// Conditions are what a pace depends on.
type Conditions struct {
	Now     time.Time // in the volunteer's time zone
	Changed time.Time // when a reach or a target's outcome last changed; zero for never
	// Spent and Budget are the day's bytes; a Budget of zero is none.
	Spent, Budget int64
	Quiet         Hours
}

// DefaultBudget is how many bytes a day a probe takes unless told otherwise.
const DefaultBudget = 20_000_000

// PaceOf decides the pace. What a volunteer asked for comes before what would be good to know; and before a
// budget is used up, half of what is left is kept for a change that may still come.
func PaceOf(c Conditions) Pace {
	switch {
	case c.Budget > 0 && c.Spent >= c.Budget, c.Quiet.Hold(c.Now):
		return BeatsOnly
	case !c.Changed.IsZero() && c.Now.Sub(c.Changed) >= 0 && c.Now.Sub(c.Changed) < QuickFor:
		return Quick
	case c.Budget > 0 && float64(c.Spent) > 0.5*float64(c.Budget)+0.5*float64(c.Budget)*dayGone(c.Now):
		return Slow
	}
	return Steady
}

// dayGone returns the share of the day, UTC, that has passed: a budget is of a day of the meter.
func dayGone(now time.Time) float64 {
	now = now.UTC()
	return now.Sub(now.Truncate(24*time.Hour)).Hours() / 24
}

// Hours is a span of the day, in minutes since midnight by the volunteer's clock. It may go over midnight; one
// that begins where it ends is empty.
type Hours struct{ From, Until int }

// ParseHours reads a span as in 23:00-06:30. The empty text is no hours.
func ParseHours(text string) (Hours, error) {
	if text == "" {
		return Hours{}, nil
	}
	from, until, ok := strings.Cut(text, "-")
	h := Hours{From: minutes(from), Until: minutes(until)}
	if !ok || h.From < 0 || h.Until < 0 {
		return Hours{}, fmt.Errorf("%q is not a span of the day: write it as 23:00-06:30", text)
	}
	if h.From == h.Until {
		return Hours{}, errors.New("quiet hours begin when they end: leave them out for none")
	}
	return h, nil
}

func minutes(text string) int {
	at, err := time.Parse("15:04", strings.TrimSpace(text))
	if err != nil {
		return -1
	}
	return at.Hour()*60 + at.Minute()
}

// Hold reports whether a moment, in the volunteer's time zone, is in the hours.
func (h Hours) Hold(at time.Time) bool {
	m := at.Hour()*60 + at.Minute()
	if h.From <= h.Until {
		return m >= h.From && m < h.Until
	}
	return m >= h.From || m < h.Until
}
