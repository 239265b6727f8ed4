package judge

import (
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/detect"
)

// simultaneous is how near each other networks go dark that somebody or something took down together: two
// bins.
const simultaneous = 10 * time.Minute

// The network types that a claim is made of. Of any other nothing is known.
const (
	fixed  = "fixed"
	mobile = "mobile"
)

// member is a network that went dark in an event.
type member struct {
	finding *detect.Finding
	// found are its own events that are part of it; none where its own evidence would not have made one.
	found []detect.Detection
}

// memberOf returns what a network has to do with an event of its country. Its own events that lie in it are
// taken, none of them twice, and so is one that began with it and lingers: with evidence that would not have
// begun an event. One that is much longer is an incident by itself: of that which began with the country's, what
// coincides is part of this one. Away reports that the network was down before the event and all through
// it: the event did not take it down, and it did not stay.
func (j *judge) memberOf(n *detect.Finding, d *detect.Detection, taken map[*detect.Detection]bool) (m member, away bool) {
	m.finding = n
	for i := range n.Found {
		found := n.Found[i]
		early := d.Onset.Best.Sub(found.Onset.Best) > j.p.Shortest
		switch {
		case taken[&n.Found[i]]:
		case j.within(&found, d):
			taken[&n.Found[i]] = true
			if early { // the hours before are not what the networks share
				found.Onset, found.First = d.Onset, d.First
			}
			m.found = append(m.found, found)
		case !j.within(d, &found):
		case early:
			away = true
		default:
			taken[&n.Found[i]] = !(n.MeanEvidence(d.Last+1, found.Last) >= j.p.Enter) // also where it could not be seen
			if d.End != nil {
				found.End, found.Last = d.End, d.Last
			}
			m.found = append(m.found, found)
		}
	}
	return m, away
}

// union returns the own events of networks or services as one, from the earliest onset to the latest end, or event
// when they have none. It had begun when any of them had, and is over when all of them are: so are its intervals.
func union(dark []member, event *detect.Detection) detect.Detection {
	var all []detect.Detection
	for _, m := range dark {
		all = append(all, m.found...)
	}
	if len(all) == 0 {
		return *event
	}
	out := all[0]
	for _, d := range all[1:] {
		out.Onset = incident.Interval{
			Earliest: earlier(out.Onset.Earliest, d.Onset.Earliest),
			Best:     earlier(out.Onset.Best, d.Onset.Best),
			Latest:   earlier(out.Onset.Latest, d.Onset.Latest),
		}
		switch {
		case out.End == nil || d.End == nil:
			out.End = nil
		default:
			out.End = &incident.Interval{
				Earliest: later(out.End.Earliest, d.End.Earliest),
				Best:     later(out.End.Best, d.End.Best),
				Latest:   later(out.End.Latest, d.End.Latest),
			}
		}
		out.First, out.Last, out.Score = min(out.First, d.First), max(out.Last, d.Last), max(out.Score, d.Score)
	}
	return out
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// typesOf returns the types of the networks, in order: none at all unless every one's is known, or a claim of
// the known ones would be made of the others.
func (j *judge) typesOf(dark []member) []string {
	var types []string
	for _, m := range dark {
		t := j.networks[m.finding.Place].Type
		if t != fixed && t != mobile {
			return nil
		}
		types = append(types, t)
	}
	slices.Sort(types)
	return slices.Compact(types)
}

// together returns how many networks went dark within simultaneous of each other, at most.
func together(dark []member) int {
	most := 0
	for _, a := range dark {
		for _, first := range a.found {
			n := 0
			for _, b := range dark {
				if slices.ContainsFunc(b.found, func(d detect.Detection) bool {
					after := d.Onset.Best.Sub(first.Onset.Best)
					return after >= 0 && after <= simultaneous
				}) {
					n++
				}
			}
			most = max(most, n)
		}
	}
	return most
}
