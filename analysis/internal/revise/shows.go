package revise

import (
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

const (
	// history is how much of the past must have been read for an event to be found again: a day of it says
	// what the hours of the day are like.
	history = 24 * time.Hour
	// leastHistory is how many bins of that must have been seen: two hours, below which detection says
	// nothing.
	leastHistory = int(2 * time.Hour / series.Bin)
)

// shows reports whether an event that is not found now would be if it were there: every series that saw it was
// read from a day before its onset on, and seen then and for most of the event. An event of a recording that
// is no longer at hand, or of before the time that is looked at, is not taken back for want of data.
func (w Window) shows(i *incident.Incident) bool {
	witnesses := spoke(i, incident.VerdictSaw)
	if len(witnesses) == 0 { // all of them together saw what none did alone
		witnesses = spoke(i, incident.VerdictNormal)
	}
	for _, e := range witnesses {
		if !w.covered(i, series.Key{Place: e.Place, Signal: e.Signal, Service: e.Service, Source: e.Source}) {
			return false
		}
	}
	return len(witnesses) > 0
}

func spoke(i *incident.Incident, v incident.Verdict) []incident.Evidence {
	return slices.DeleteFunc(slices.Clone(i.Evidence), func(e incident.Evidence) bool { return e.Verdict != v })
}

func (w Window) covered(i *incident.Incident, key series.Key) bool {
	for k := range w.Series {
		if s := &w.Series[k]; s.Key == key {
			onset, end := s.Index(i.Onset.Best), s.Index(w.Until)
			if i.End != nil {
				end = s.Index(i.End.Best)
			}
			before := known(s, onset-int(history/series.Bin), onset)
			during := known(s, onset, end)
			return !i.Onset.Best.Add(-history).Before(s.Start) && before >= leastHistory && 2*during >= end-onset
		}
	}
	return false
}

// known counts the bins of [from, until) that were seen.
func known(s *series.Series, from, until int) int {
	n := 0
	for i := max(0, from); i < min(until, len(s.Values)); i++ {
		if s.Known(i) {
			n++
		}
	}
	return n
}
