package clock

import "time"

// stepAtLeast is by how much a clock must be moved to count: time servers slew less.
const stepAtLeast = 30 * time.Second

// Watch finds out when the machine's clock is moved, by a second one that nobody moves. It is for one goroutine.
type Watch struct {
	wall   func() time.Time
	steady func() time.Duration
	// sleeps says that the steady clock stands still while the machine sleeps: then a jump ahead may be that.
	sleeps bool
	apart  time.Duration // wall less steady, when it was last looked at
}

// NewWatch returns a watch of the machine's clock.
func NewWatch() *Watch { return newWatch(time.Now, steady, steadySleeps) }

func newWatch(wall func() time.Time, steady func() time.Duration, sleeps bool) *Watch {
	w := &Watch{wall: wall, steady: steady, sleeps: sleeps}
	w.Moved()
	return w
}

// Moved returns by how much the clock was moved since the last call; zero if it was not, as far as can be told.
func (w *Watch) Moved() time.Duration {
	apart := time.Duration(w.wall().UnixNano()) - w.steady()
	moved := apart - w.apart
	w.apart = apart
	if moved.Abs() < stepAtLeast || w.sleeps && moved > 0 {
		return 0
	}
	return moved
}

// Believable reports whether a time can be now: not before a moment that surely is past. Machines without a battery
// for their clock start in 1970, or on the day their system was built.
func Believable(now, past time.Time) bool {
	return !now.Before(past) && now.After(released)
}

// released is before any probe was. It needs no care: gateways tell later moments.
var released = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Steady returns the time since some moment, which setting the machine's clock does not change.
func Steady() time.Duration { return steady() }
