package judge

import (
	"math"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/detect"
)

// spared is the share of a country's probes that must be in networks which stayed normal for an event not to
// be the whole country's.
const spared = 0.2

// whole makes the incident of an event of the country's own series. It absorbs what its networks' events did
// during it; where enough of the country stayed as it was, it is the incident of those networks.
func (j *judge) whole(c country, d *detect.Detection, taken map[*detect.Detection]bool) Judged {
	var dark []member
	var lost, stayed float64
	fixedStayed := false
	for i := range c.networks {
		n := &c.networks[i]
		m, away := j.memberOf(n, d, taken)
		switch evidence := n.MeanEvidence(d.First, d.Last); {
		case len(m.found) > 0, !away && evidence >= j.p.Enter:
			dark = append(dark, m)
			lost += weight(n, d.First)
		case !away && evidence < j.p.Enter/2: // false where it could not be seen
			stayed += weight(n, d.First)
			fixedStayed = fixedStayed || j.networks[n.Place].Type == fixed
		}
	}
	all, fallen := online(c.whole, d)
	if all == 0 {
		all, fallen = lost+stayed, lost
	}
	if len(dark) > 0 && stayed >= spared*all && 2*lost >= fallen {
		return j.some(c, dark, d, fixedStayed)
	}
	i := j.incident(c.whole.Place, d.Onset, d.End, d.Score)
	i.Type = incident.TypeNationwide
	if i.Place.Region != "" {
		i.Type = incident.TypeRegional
	}
	if lost >= (1-spared)*all { // a few networks do not say of what type the country's are
		i.NetworkTypes = j.typesOf(dark)
	}
	j.absorbRegions(c, d, taken)
	i.LastSeen = j.lastSeen(d.End, c.whole)
	i.Evidence = j.evidence(span{d.First, d.Last}, c.whole)
	i.Generated = generated(c.whole)
	return Judged{Incident: i, Together: together(dark)}
}

// online returns how many probes a country was expected to have when the event d began, and how many of them
// it lost on the average of the event; zero where its own probes are not counted.
func online(whole *detect.Finding, d *detect.Detection) (all, fallen float64) {
	t := probesAt(whole)
	if t == nil || !(t.Expected[d.First] > 0) {
		return 0, 0
	}
	known := 0
	for i := d.First; i <= min(d.Last, len(t.Values)-1); i++ {
		if t.Known(i) && !math.IsNaN(t.Expected[i]) {
			fallen += max(0, t.Expected[i]-t.Values[i])
			known++
		}
	}
	return t.Expected[d.First], fallen / float64(max(1, known))
}

// weight returns how many probes a network had before bin i; one where nothing says.
func weight(n *detect.Finding, i int) float64 {
	if t := probesAt(n); t != nil && t.Expected[i] > 0 {
		return t.Expected[i]
	}
	return 1
}

// probesAt returns the series of the probes online there, nil if there is none.
func probesAt(f *detect.Finding) *detect.Track {
	for k := range f.Tracks {
		if f.Tracks[k].Signal == incident.SignalProbes {
			return &f.Tracks[k]
		}
	}
	return nil
}
