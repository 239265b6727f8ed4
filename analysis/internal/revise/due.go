package revise

import (
	"maps"
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

// Due returns the revisions to write, given the incidents found now and the latest revisions known. Either may
// hold others than those of the window: what was over just before it may turn out to have lasted. The known may
// come without points. taken has every id that there is. computedAt is when the conclusion was reached. The
// Revision of each is that of the latest known, zero for a new incident.
func Due(found, known []incident.Incident, taken map[string]bool, w Window, computedAt time.Time) []incident.Incident {
	of := pair(found, known)
	named := maps.Clone(taken)
	if named == nil {
		named = make(map[string]bool)
	}
	var due []incident.Incident
	for n := range found {
		i := found[n]
		i.ComputedAt = computedAt
		k, again := of[n]
		switch {
		case !w.holds(&i):
		case !again:
			i.ID = newID(&i, named)
			due = append(due, i)
		case i.AsOf.Before(known[k].AsOf): // what was known later stands
		case ours(known[k].State) && worthSaying(&known[k], &i):
			i.ID, i.Revision = known[k].ID, known[k].Revision
			due = append(due, i)
		}
	}
	return append(due, withdrawn(known, of, w, computedAt)...)
}

// withdrawn returns the candidates that nothing found now is the same event as, although it would be found if
// it were there.
func withdrawn(known []incident.Incident, of map[int]int, w Window, computedAt time.Time) []incident.Incident {
	confirmed := make(map[int]bool, len(of))
	for _, k := range of {
		confirmed[k] = true
	}
	var due []incident.Incident
	for k := range known {
		i := known[k]
		if !confirmed[k] && i.State == incident.StateCandidate && w.holds(&i) && !w.Until.Before(i.AsOf) && w.shows(&i) {
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
