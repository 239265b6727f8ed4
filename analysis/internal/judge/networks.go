package judge

import (
	"cmp"
	"slices"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/detect"
)

// event is one event of one network.
type event struct {
	finding *detect.Finding
	found   *detect.Detection
}

// apart makes the incidents of networks that went dark while the country's own series showed nothing, or for
// much longer than it: one for networks that did so together.
func (j *judge) apart(c country, taken map[*detect.Detection]bool) []Judged {
	var alone []event
	for i := range c.networks {
		for k := range c.networks[i].Found {
			if found := &c.networks[i].Found[k]; !taken[found] {
				alone = append(alone, event{&c.networks[i], found})
			}
		}
	}
	slices.SortStableFunc(alone, func(a, b event) int { return a.found.Onset.Best.Compare(b.found.Onset.Best) })
	var out []Judged
	for len(alone) > 0 {
		first := alone[0]
		var group []member
		var rest []event
		for _, e := range alone {
			if j.oneEvent(first.found, e.found) {
				group = join(group, e)
				continue
			}
			rest = append(rest, e)
		}
		alone = rest
		slices.SortStableFunc(group, func(a, b member) int { return cmp.Compare(a.finding.Place.ASN, b.finding.Place.ASN) })
		out = append(out, j.some(c, group, first.found, j.fixedStayed(c, group, first.found)))
	}
	return out
}

// oneEvent reports whether two networks' events are one: they coincide, and began at the same time as far as
// can be told, or are the same for the most part of either. Nobody may have looked at one of them when it
// began.
func (j *judge) oneEvent(a, b *detect.Detection) bool {
	if j.overlap(a, b) == 0 {
		return false
	}
	near := b.Onset.Best.Sub(a.Onset.Best).Abs() <= j.p.Shortest
	possible := !a.Onset.Earliest.After(b.Onset.Latest) && !b.Onset.Earliest.After(a.Onset.Latest)
	return near || possible || j.within(a, b) && j.within(b, a)
}

// join adds an event to a group, in which every network is once.
func join(group []member, e event) []member {
	for i := range group {
		if group[i].finding == e.finding {
			group[i].found = append(group[i].found, *e.found)
			return group
		}
	}
	return append(group, member{e.finding, []detect.Detection{*e.found}})
}

// fixedStayed reports whether a fixed network outside the group was seen to be normal.
func (j *judge) fixedStayed(c country, group []member, first *detect.Detection) bool {
	for i := range c.networks {
		n := &c.networks[i]
		inside := slices.ContainsFunc(group, func(m member) bool { return m.finding == n })
		if !inside && j.networks[n.Place].Type == fixed && n.MeanEvidence(first.First, first.Last) < j.p.Enter/2 {
			return true
		}
	}
	return false
}

// some makes the incident of networks that went dark together. event stands for the networks whose own
// evidence would not have made one.
func (j *judge) some(c country, dark []member, event *detect.Detection, fixedStayed bool) Judged {
	place := dark[0].finding.Place
	if len(dark) > 1 {
		place = incident.Place{Country: place.Country}
	}
	d := union(dark, event)
	i := j.incident(place, d.Onset, d.End, d.Score)
	i.Type = incident.TypeNetwork
	i.NetworkTypes = j.typesOf(dark)
	var findings []*detect.Finding
	for _, m := range dark {
		i.Networks = append(i.Networks, m.finding.Place.ASN)
		findings = append(findings, m.finding)
	}
	i.LastSeen = j.lastSeen(d.End, findings...)
	if c.whole != nil {
		findings = append(findings, c.whole)
	}
	i.Evidence = j.evidence(span{d.First, d.Last}, findings...)
	i.Generated = generated(findings...)
	mobileOnly := slices.Equal(i.NetworkTypes, []string{mobile})
	return Judged{Incident: i, Together: together(dark), MobileOnly: mobileOnly && fixedStayed}
}

func generated(findings ...*detect.Finding) bool {
	for _, f := range findings {
		for k := range f.Tracks {
			if f.Tracks[k].Generated {
				return true
			}
		}
	}
	return false
}
