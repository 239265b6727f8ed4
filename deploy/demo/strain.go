package demo

import (
	"errors"
	"fmt"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// Span is a stretch of the stage's time.
type Span struct{ From, To time.Time }

// ErrBusy says that this machine had so much else to do that the story cannot be judged.
var ErrBusy = errors.New("this machine is too busy for the story, and what its probes missed says nothing about the program: " +
	"close what else runs and try again, or give the probes more time, as with --scale 60")

const (
	// near is how far a wrong conclusion may lie from the moment at which the probes were blind: the onset of
	// what was not seen is put at the bin before, and probes come back one by one.
	near = 15 * time.Minute
	// tellPace is how often the audience hears of the pace at most, in the machine's time: under a load that
	// comes and goes it changes every few seconds.
	tellPace = 90 * time.Second
	// waitForMachine is how long the day may stand still before the demo gives up, in the machine's time.
	waitForMachine = 3 * time.Minute
)

// blinded returns the first span in which something between from and to may have been missed or made up.
func blinded(spans []Span, from, to time.Time) (Span, bool) {
	for _, s := range spans {
		if from.Before(s.To.Add(near)) && to.After(s.From.Add(-near)) {
			return s, true
		}
	}
	return Span{}, false
}

// isOf reports whether an incident is what one of the acts must be found as.
func isOf(acts []Act, i *incident.Incident) bool {
	for _, a := range acts {
		if !a.Expect.Nothing() && a.concerns(i) && a.Expect.matches(i) {
			return true
		}
	}
	return false
}

// pacing remembers what the audience was told of the pace.
type pacing struct {
	told  gait
	at    time.Time // when it was told
	stood time.Time // since when the day stands still; zero while it goes
}

// gait is how the day goes, as far as the audience needs to know.
type gait int

const (
	full gait = iota
	slower
	waits
)

func gaitOf(pace float64) gait {
	switch {
	case pace <= 0:
		return waits
	case pace < 1:
		return slower
	}
	return full
}

// news returns what there is to say of the pace now, or nothing, and ErrBusy when the day stood still for
// too long.
func (p *pacing) news(pace float64, now time.Time) (string, error) {
	is := gaitOf(pace)
	switch {
	case is != waits:
		p.stood = time.Time{}
	case p.stood.IsZero():
		p.stood = now
	case now.Sub(p.stood) > waitForMachine:
		return "", ErrBusy
	}
	if is == p.told || now.Sub(p.at) < tellPace {
		return "", nil
	}
	p.told, p.at = is, now
	switch is {
	case waits:
		return "This machine is too busy now: the day waits, because whoever gets no answer in time looks as if in the dark.", nil
	case slower:
		return fmt.Sprintf("This machine is busy with other things: the day goes slower, now at 1/%.0f of its pace, so that probes get their answers in time.", 1/pace), nil
	case full:
	}
	return "The day goes at its full pace again.", nil
}
