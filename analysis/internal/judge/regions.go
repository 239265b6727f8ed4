package judge

import (
	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/detect"
)

// absorbRegions takes what the regions of a country did during an event of all of it.
func (j *judge) absorbRegions(c country, d *detect.Detection, taken map[*detect.Detection]bool) {
	for i := range c.regions {
		for k := range c.regions[i].Found {
			if found := &c.regions[i].Found[k]; j.within(found, d) {
				taken[found] = true
			}
		}
	}
}

// regional makes the incidents of regions that went dark while their country did not, or for much longer.
func (j *judge) regional(c country, taken map[*detect.Detection]bool) []Judged {
	var out []Judged
	for k := range c.regions {
		f := &c.regions[k]
		for n := range f.Found {
			d := &f.Found[n]
			if taken[d] {
				continue
			}
			i := j.incident(f.Place, d.Onset, d.End, d.Score)
			i.Type = incident.TypeRegional
			i.LastSeen = j.lastSeen(d.End, f)
			i.Evidence = j.evidence(span{d.First, d.Last}, f)
			i.Generated = generated(f)
			out = append(out, Judged{Incident: i})
		}
	}
	return out
}
