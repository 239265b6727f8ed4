// Package habit says when the machines of the lab's volunteers are switched on.
//
// Machines are switched off at night and left at home on holidays, and an analysis that never met that
// would take every evening for an outage. The past weeks and the day on the stage follow the same habits.
// The package decides only; it is a pure function of seed, volunteer and time.
package habit

import (
	"math/rand/v2"
	"time"
)

const (
	// nightShare is the share of machines that are switched off at night. The others are routers and
	// small servers, which most volunteers run a probe on.
	nightShare = 0.25
	// awayShare is the share of days on which a machine is not switched on at all.
	awayShare = 0.01
)

// Habit is one volunteer's.
type Habit struct {
	seed  uint64
	night bool
	bed   time.Duration // after 20:00
	sleep time.Duration
}

// Of returns the habit of a volunteer.
func Of(seed uint64, volunteer int) Habit {
	own := rand.New(rand.NewPCG(seed, uint64(volunteer)))
	return Habit{
		seed:  own.Uint64(),
		night: own.Float64() < nightShare,
		bed:   2*time.Hour + minutes(own, 180),
		sleep: 5*time.Hour + minutes(own, 180),
	}
}

// On reports whether the machine is switched on at t. Days are UTC's.
func (h Habit) On(t time.Time) bool {
	day := t.UTC().Truncate(24 * time.Hour)
	if h.away(day) {
		return false
	}
	if !h.night {
		return true
	}
	for _, evening := range []time.Time{day.Add(-24 * time.Hour), day} {
		off, on := h.nightOf(evening)
		if !t.Before(off) && t.Before(on) {
			return false
		}
	}
	return true
}

// away reports whether the volunteer took the machine off for this day.
func (h Habit) away(day time.Time) bool { return h.dice(day).Float64() < awayShare }

// nightOf returns when the machine is switched off in the evening of day, and when on again.
func (h Habit) nightOf(day time.Time) (off, on time.Time) {
	dice := h.dice(day)
	_ = dice.Float64() // away's
	off = day.Add(20*time.Hour + h.bed + minutes(dice, 40))
	return off, off.Add(h.sleep + minutes(dice, 40))
}

func (h Habit) dice(day time.Time) *rand.Rand {
	return rand.New(rand.NewPCG(h.seed, uint64(day.Unix())))
}

func minutes(dice *rand.Rand, below int) time.Duration {
	return time.Duration(dice.IntN(below)) * time.Minute
}
