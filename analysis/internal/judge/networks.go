package judge

import (
	"cmp"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/detect"
)

const (
	// spared is the share of a country's probes that must be in networks which stayed normal for an event
	// not to be the whole country's.
	spared = 0.2
	// simultaneous is how near each other networks go dark that somebody or something took down together:
	// two bins.
	simultaneous = 10 * time.Minute
)

// member is a network that went dark in an event.
type member struct {
	finding *detect.Finding
	found   *detect.Detection // nil when its own evidence would not have made an event
}

// whole makes the incident of an event of the country's own series. It absorbs the networks that went
// dark with it; where enough of the country stayed as it was, it is the incident of those networks.
func (j *judge) whole(c country, d *detect.Detection, taken map[*detect.Detection]bool) Judged {
	var dark []member
	var lost, stayed float64
	fixedStayed := false
	for i := range c.networks {
		n := &c.networks[i]
		switch found := j.eventWith(n, d); {
		case found != nil:
			taken[found] = true
			fallthrough
		case n.MeanEvidence(d.First, d.Last) >= j.p.Enter:
			dark = append(dark, member{n, found})
			lost += weight(n, d.First)
		case n.MeanEvidence(d.First, d.Last) < j.p.Enter/2: // false where it could not be seen
			stayed += weight(n, d.First)
			fixedStayed = fixedStayed || j.networks[n.Place].Type == "fixed"
		}
	}
	if len(dark) > 0 && stayed >= spared*(stayed+lost) {
		return j.some(c, dark, d, fixedStayed)
	}
	i := j.incident(c.whole.Place, d.Onset, d.End, d.Score)
	i.Type = incident.TypeNationwide
	if i.Place.Region != "" {
		i.Type = incident.TypeRegional
	}
	i.NetworkTypes = j.typesOf(dark)
	i.Evidence = j.evidence(span{d.First, d.Last}, c.whole)
	i.Generated = generated(c.whole)
	return Judged{Incident: i, Together: together(dark)}
}

// eventWith returns the event of n that coincides with d, or nil.
func (j *judge) eventWith(n *detect.Finding, d *detect.Detection) *detect.Detection {
	for i := range n.Found {
		if found := &n.Found[i]; j.within(found, d) || j.within(d, found) {
			return found
		}
	}
	return nil
}

// apart makes the incidents of networks that went dark while the country's own series showed nothing:
// one for networks that did so together.
func (j *judge) apart(c country, taken map[*detect.Detection]bool) []Judged {
	var alone []member
	for i := range c.networks {
		for k := range c.networks[i].Found {
			if found := &c.networks[i].Found[k]; !taken[found] {
				alone = append(alone, member{&c.networks[i], found})
			}
		}
	}
	slices.SortStableFunc(alone, func(a, b member) int { return a.found.Onset.Best.Compare(b.found.Onset.Best) })
	var out []Judged
	for len(alone) > 0 {
		first := alone[0]
		var group, rest []member
		for _, m := range alone {
			if m.found.Onset.Best.Sub(first.found.Onset.Best) <= j.p.Shortest && j.overlap(m.found, first.found) > 0 {
				group = append(group, m)
				continue
			}
			rest = append(rest, m)
		}
		alone = rest
		slices.SortStableFunc(group, func(a, b member) int { return cmp.Compare(a.finding.Place.ASN, b.finding.Place.ASN) })
		out = append(out, j.some(c, group, first.found, j.fixedStayed(c, group)))
	}
	return out
}

// fixedStayed reports whether a fixed network outside the group was seen to be normal.
func (j *judge) fixedStayed(c country, group []member) bool {
	for i := range c.networks {
		n := &c.networks[i]
		inside := slices.ContainsFunc(group, func(m member) bool { return m.finding == n })
		first := group[0].found
		if !inside && j.networks[n.Place].Type == "fixed" && n.MeanEvidence(first.First, first.Last) < j.p.Enter/2 {
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
	if c.whole != nil {
		findings = append(findings, c.whole)
	}
	i.Evidence = j.evidence(span{d.First, d.Last}, findings...)
	i.Generated = generated(findings...)
	mobile := slices.Equal(i.NetworkTypes, []string{"mobile"})
	return Judged{Incident: i, Together: together(dark), MobileOnly: mobile && fixedStayed}
}

// union returns the networks' own events as one, from the earliest onset to the latest end, or event
// when they have none.
func union(dark []member, event *detect.Detection) detect.Detection {
	var out *detect.Detection
	for _, m := range dark {
		switch d := m.found; {
		case d == nil:
		case out == nil:
			first := *d
			out = &first
		default:
			if d.Onset.Best.Before(out.Onset.Best) {
				out.Onset, out.First = d.Onset, d.First
			}
			if out.End != nil && (d.End == nil || d.End.Best.After(out.End.Best)) {
				out.End = d.End
			}
			out.Last, out.Score = max(out.Last, d.Last), max(out.Score, d.Score)
		}
	}
	if out == nil {
		return *event
	}
	return *out
}

// typesOf returns the known types of the networks, in order.
func (j *judge) typesOf(dark []member) []string {
	var types []string
	for _, m := range dark {
		if t := j.networks[m.finding.Place].Type; t == "fixed" || t == "mobile" {
			types = append(types, t)
		}
	}
	slices.Sort(types)
	return slices.Compact(types)
}

// together returns how many networks went dark within simultaneous of each other, at most.
func together(dark []member) int {
	most := 0
	for _, a := range dark {
		n := 0
		for _, b := range dark {
			if a.found != nil && b.found != nil && !b.found.Onset.Best.Before(a.found.Onset.Best) &&
				b.found.Onset.Best.Sub(a.found.Onset.Best) <= simultaneous {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// weight returns how many probes a network had before bin i; one where nothing says.
func weight(n *detect.Finding, i int) float64 {
	for k := range n.Tracks {
		if n.Tracks[k].Signal == incident.SignalProbes {
			if e := n.Tracks[k].Expected[i]; e > 0 {
				return e
			}
		}
	}
	return 1
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
