package revise

import (
	"cmp"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// near is how far an onset may move while late data comes in: half an hour, the shortest event that is told.
const near = 30 * time.Minute

// match is a conclusion now and one before that can be about the same event, by their numbers.
type match struct {
	now, before int
	near        bool // their onsets are
	standing    bool // the one before was not withdrawn
	kinship     int  // how much of what they are about is the same
	apart       time.Duration
	together    time.Duration
}

// pair says which of before each of now is the same event as, by their numbers; every incident is in one pair
// at most. What tells events apart is when they began and what they are about: how long two coincide comes
// last, for a conclusion that is drawn too long coincides with everything after it.
func pair(now, before []incident.Incident) map[int]int {
	var matches []match
	for n := range now {
		for k := range before {
			if m, ok := compare(&now[n], &before[k]); ok {
				m.now, m.before = n, k
				matches = append(matches, m)
			}
		}
	}
	slices.SortStableFunc(matches, func(a, b match) int {
		return cmp.Or(
			first(a.near, b.near), first(a.standing, b.standing), cmp.Compare(b.kinship, a.kinship),
			cmp.Compare(a.apart, b.apart), cmp.Compare(b.together, a.together),
			cmp.Compare(before[a.before].ID, before[b.before].ID))
	})
	of, used := make(map[int]int), make(map[int]bool)
	for _, m := range matches {
		if _, paired := of[m.now]; !paired && !used[m.before] {
			of[m.now], used[m.before] = m.before, true
		}
	}
	return of
}

// first orders what is true before what is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// compare says whether two conclusions can be about one event: about things of which one is part of the
// other, and begun at about the same time or else coinciding for at least half of the shorter. What had
// ended does not go on as what began after its end.
func compare(now, before *incident.Incident) (match, bool) {
	if !related(now, before) {
		return match{}, false
	}
	m := match{
		apart:    now.Onset.Best.Sub(before.Onset.Best).Abs(),
		together: together(now, before), kinship: kinship(now, before), standing: before.State != incident.StateWithdrawn,
	}
	m.near = m.apart <= near && (m.together > 0 || before.Ongoing())
	shorter := min(lengthOf(now), lengthOf(before))
	return m, m.near || m.together > 0 && 2*m.together >= shorter
}

// related reports whether of two conclusions one is about a part of the other. Of a network that stopped and
// of a service that was blocked, neither is the other, but a country's event may turn out to be some
// networks'.
func related(a, b *incident.Incident) bool {
	switch {
	case (a.Extent == incident.ExtentService) != (b.Extent == incident.ExtentService):
		return false
	case a.Extent == incident.ExtentService && !overlap(a.Services, b.Services):
		return false
	case !a.Place.Contains(b.Place) && !b.Place.Contains(a.Place):
		return false
	}
	return len(a.Networks) == 0 || len(b.Networks) == 0 || overlap(a.Networks, b.Networks)
}

// kinship counts what is the same of two related conclusions.
func kinship(a, b *incident.Incident) int {
	n := 0
	for _, same := range []bool{
		a.Place == b.Place, a.Type == b.Type, slices.Equal(a.Networks, b.Networks), slices.Equal(a.Services, b.Services),
	} {
		if same {
			n++
		}
	}
	return n
}

// together returns for how long two events coincide.
func together(a, b *incident.Incident) time.Duration {
	from, until := a.Onset.Best, endOf(a)
	if b.Onset.Best.After(from) {
		from = b.Onset.Best
	}
	if end := endOf(b); end.Before(until) {
		until = end
	}
	return max(0, until.Sub(from))
}

func lengthOf(i *incident.Incident) time.Duration { return endOf(i).Sub(i.Onset.Best) }

// endOf returns when an event ended, or the latest data of it while it goes on.
func endOf(i *incident.Incident) time.Time {
	if i.End == nil {
		return i.AsOf
	}
	return i.End.Best
}

func overlap[T comparable](a, b []T) bool {
	return slices.ContainsFunc(a, func(one T) bool { return slices.Contains(b, one) })
}
