package revise

import (
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// Window is what a conclusion is about: events that were not over before Since and began before Until.
type Window struct {
	Since, Until time.Time
	// Series are what it rests on. Of an event that they could not show nothing is taken back.
	Series []series.Series
}

func (w Window) holds(i *incident.Incident) bool {
	return i.Onset.Best.Before(w.Until) && (i.End == nil || !i.End.Best.Before(w.Since))
}

// Due returns the revisions to write, given the incidents found now and the latest revisions known, both
// of which may hold others than those of the window. The known may come without points. computedAt is when
// the conclusion was reached.
func Due(found, known []incident.Incident, w Window, computedAt time.Time) []incident.Incident {
	var now, before []incident.Incident
	for _, i := range found {
		if w.holds(&i) {
			now = append(now, i)
		}
	}
	for _, i := range known {
		if w.holds(&i) {
			before = append(before, i)
		}
	}
	of := pair(now, before)
	taken := make(map[string]bool, len(known))
	for _, k := range known {
		taken[k.ID] = true
	}
	var due []incident.Incident
	for n := range now {
		i := now[n]
		i.ComputedAt = computedAt
		k, again := of[n]
		switch {
		case !again:
			i.ID = newID(&i, taken)
			due = append(due, i)
		case i.AsOf.Before(before[k].AsOf): // what was known later stands
		case ours(before[k].State) && worthSaying(&before[k], &i):
			i.ID = before[k].ID
			due = append(due, i)
		}
	}
	return append(due, withdrawn(before, of, w, computedAt)...)
}

// withdrawn returns the candidates that nothing found now is the same event as, although it would be found if
// it were there.
func withdrawn(before []incident.Incident, of map[int]int, w Window, computedAt time.Time) []incident.Incident {
	confirmed := make(map[int]bool, len(of))
	for _, k := range of {
		confirmed[k] = true
	}
	var due []incident.Incident
	for k := range before {
		i := before[k]
		if !confirmed[k] && i.State == incident.StateCandidate && !w.Until.Before(i.AsOf) && w.shows(&i) {
			i.State, i.AsOf, i.ComputedAt = incident.StateWithdrawn, w.Until, computedAt
			due = append(due, i)
		}
	}
	return due
}

// ours reports whether analysis may revise an incident in this state.
func ours(s incident.State) bool {
	return s == incident.StateCandidate || s == incident.StateWithdrawn
}
