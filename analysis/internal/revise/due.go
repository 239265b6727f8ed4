package revise

import (
	"cmp"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// Window is the data's time that a conclusion is about: events that were not over before Since and began
// before Until.
type Window struct{ Since, Until time.Time }

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
		case ours(before[k].State) && worthSaying(&before[k], &i):
			i.ID = before[k].ID
			due = append(due, i)
		}
	}
	return append(due, withdrawn(before, of, w, computedAt)...)
}

// withdrawn returns the candidates that nothing found now is the same event as.
func withdrawn(before []incident.Incident, of map[int]int, w Window, computedAt time.Time) []incident.Incident {
	confirmed := make(map[int]bool, len(of))
	for _, k := range of {
		confirmed[k] = true
	}
	var due []incident.Incident
	for k := range before {
		if i := before[k]; !confirmed[k] && i.State == incident.StateCandidate {
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

// pair says which of before each of now is the same event as, by their numbers. Of several that could be,
// those that coincide the longest are; every incident is in one pair at most.
func pair(now, before []incident.Incident) map[int]int {
	type match struct {
		now, before int
		together    time.Duration
	}
	var matches []match
	for n := range now {
		for k := range before {
			if together, ok := sameEvent(&now[n], &before[k]); ok {
				matches = append(matches, match{n, k, together})
			}
		}
	}
	slices.SortStableFunc(matches, func(a, b match) int {
		return cmp.Or(cmp.Compare(b.together, a.together), cmp.Compare(before[a.before].ID, before[b.before].ID))
	})
	of, used := make(map[int]int), make(map[int]bool)
	for _, m := range matches {
		if _, paired := of[m.now]; !paired && !used[m.before] {
			of[m.now], used[m.before] = m.before, true
		}
	}
	return of
}

// sameEvent reports whether two conclusions can be about one event, and for how long they coincide. Of a
// network that stopped and of a service that was blocked, neither is the other, but a country's event may
// turn out to be some networks'.
func sameEvent(a, b *incident.Incident) (together time.Duration, ok bool) {
	if (a.Extent == incident.ExtentService) != (b.Extent == incident.ExtentService) {
		return 0, false
	}
	if a.Extent == incident.ExtentService && !overlap(a.Services, b.Services) {
		return 0, false
	}
	if !a.Place.Contains(b.Place) && !b.Place.Contains(a.Place) {
		return 0, false
	}
	from, until := a.Onset.Best, endOf(a)
	if b.Onset.Best.After(from) {
		from = b.Onset.Best
	}
	if end := endOf(b); end.Before(until) {
		until = end
	}
	return until.Sub(from), until.After(from)
}

// endOf returns when an event ended, or the latest data of it while it goes on.
func endOf(i *incident.Incident) time.Time {
	if i.End == nil {
		return i.AsOf
	}
	return i.End.Best
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}
