package plan

import "time"

// Pace is how often a probe looks at present, compared with what its plan says.
type Pace string

// The paces.
const (
	// Steady is as often as the plan says.
	Steady Pace = "steady"
	// Quick is around an onset or an end: when it began is the first thing that anybody asks.
	Quick Pace = "quick"
	// Slow is for a line whose budget is nearly used up.
	Slow Pace = "slow"
	// BeatsOnly is for the hours that a volunteer wants quiet, and for a budget that is used up. A probe that is
	// silent would look like one that went dark.
	BeatsOnly Pace = "beats_only"
)

// Reason is why a pace is not the plan's own.
type Reason string

// The reasons.
const (
	BecauseChanged Reason = "something_changed"
	BecauseSaving  Reason = "budget_running_out"
	BecauseSpent   Reason = "budget_used_up"
	BecauseQuiet   Reason = "quiet_hours"
)

const (
	// quickens is by how much a quick pace is faster, slows by how much a slow one is slower.
	quickens = 4
	slows    = 4
	// QuickFor is how long after a change a probe looks more often: two bins of the analysis before it is
	// believed, and as many after it.
	QuickFor = 20 * time.Minute
	// slowestBeat lets a bin of the analysis, five minutes, hold a beat at any pace: two beats of one pace are at
	// most one and a half times as far apart, which leaves half a minute for a change of pace on the way. A plan
	// that says less often is not followed more often for being slow.
	slowestBeat = 3 * time.Minute
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

func (p Plan) slowBeat() time.Duration { return max(p.BeatEvery, min(p.BeatEvery*slows, slowestBeat)) }

// Conditions are what a pace depends on.
type Conditions struct {
	Now     time.Time // in the volunteer's time zone
	Changed time.Time // when so much last changed that it is worth quick looks; zero for never
	// Spent and Budget are the day's bytes; a Budget of zero is none.
	Spent, Budget int64
	Quiet         Hours
}

// DefaultBudget is how many bytes a day a probe takes unless told otherwise.
const DefaultBudget = 20_000_000

// PaceOf decides the pace, and says why; a steady one needs no reason. What a volunteer asked for comes before what
// would be good to know. Looks are slow when what is left of a budget is less than half of an even share for the rest
// of the day: some is kept for a change that may still come.
func PaceOf(c Conditions) (Pace, Reason) {
	switch {
	case c.Quiet.Hold(c.Now):
		return BeatsOnly, BecauseQuiet
	case c.Budget > 0 && c.Spent >= c.Budget:
		return BeatsOnly, BecauseSpent
	case !c.Changed.IsZero() && c.Now.Sub(c.Changed) >= 0 && c.Now.Sub(c.Changed) < QuickFor:
		return Quick, BecauseChanged
	case c.Budget > 0 && float64(c.Spent) > 0.5*float64(c.Budget)+0.5*float64(c.Budget)*dayGone(c.Now):
		return Slow, BecauseSaving
	}
	return Steady, ""
}

// dayGone returns the share of the day, UTC, that has passed: a budget is of a day of the meter.
func dayGone(now time.Time) float64 {
	now = now.UTC()
	return now.Sub(now.Truncate(24*time.Hour)).Hours() / 24
}
