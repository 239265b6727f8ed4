// Package classify says how probable it is that somebody switched a network off, and why.
//
// It is a second question, asked of an event that detection has already found, and its answer is open to
// the eye: a sum of log-odds, one for each observation, in words. It names no culprit and no cause, and
// what is not known about an event moves nothing.
package classify

import (
	"time"
)

// Facts is what classification looks at.
type Facts struct {
	// Onset is the best estimate of when the event began, in the local time of the place.
	Onset time.Time
	// End is the same of its end; nil while it goes on. Until is the data's time so far.
	End   *time.Time
	Until time.Time
	// Others are the onsets of the other events of the same place, or of a part of it, that took as much of
	// the network.
	Others []time.Time
	// Saw and Normal count the kinds of signal that saw the event and those that could have and did not.
	Saw, Normal int
	// Together counts the networks that went dark within ten minutes of each other; zero when networks
	// cannot be told apart.
	Together int
	// MobileOnly is true when mobile networks went dark and fixed ones did not.
	MobileOnly bool
	// Service is true when single services are out of reach and the rest of the network works.
	Service bool
}

// answer is what a feature is for an event.
type answer int

const (
	unknown answer = iota
	no
	yes
)

func answerOf(b bool) answer {
	if b {
		return yes
	}
	return no
}

// near is how exactly a clock time is met: one bin of the series on either side.
const near = 5 * time.Minute

// onClock reports whether t is within near of minute past a full hour, on its own clock.
func onClock(t time.Time, minute int) bool {
	past := time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second
	off := (past - time.Duration(minute)*time.Minute + time.Hour) % time.Hour
	return off <= near || off >= time.Hour-near
}

// recurs reports whether another event began at the same time of day, one to four days apart.
func recurs(f Facts) answer {
	const day = 24 * time.Hour
	for _, o := range f.Others {
		apart := f.Onset.Sub(o).Abs()
		days := (apart + day/2) / day
		if days >= 1 && days <= 4 && (apart-days*day).Abs() <= 2*near {
			return yes
		}
	}
	return no
}

// long says whether the event lasts three hours or more, which may be known before it ends.
func long(f Facts) answer {
	const limit = 3 * time.Hour
	switch {
	case f.End != nil:
		return answerOf(f.End.Sub(f.Onset) >= limit)
	case f.Until.Sub(f.Onset) >= limit:
		return yes
	}
	return unknown
}

// roundDuration says whether the event lasted a whole number of half hours.
func roundDuration(f Facts) answer {
	if f.End == nil {
		return unknown
	}
	off := f.End.Sub(f.Onset) % (30 * time.Minute)
	return answerOf(off <= near || off >= 30*time.Minute-near)
}

// allSignals says whether every signal that could see saw, where there are at least two.
func allSignals(f Facts) answer {
	if f.Saw+f.Normal < 2 {
		return unknown
	}
	return answerOf(f.Normal == 0)
}
