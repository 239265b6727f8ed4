package judge

import (
	"cmp"
	"slices"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/detect"
)

// blocked is a service that was out of reach in a country or in a network.
type blocked struct {
	finding *detect.Finding
	found   *detect.Detection
}

// services makes the incidents of services that were out of reach while the network worked. known are
// the incidents of the country's connectivity: whatever went away with the network is theirs.
func (j *judge) services(c country, known []Judged) []Judged {
	var open []blocked
	for i := range c.services {
		f := &c.services[i]
		for k := range f.Found {
			if d := &f.Found[k]; !j.explained(d, known) {
				open = append(open, blocked{f, d})
			}
		}
	}
	// The whole country stands before its networks, so that it leads the group that they belong to.
	slices.SortStableFunc(open, func(a, b blocked) int {
		return cmp.Or(cmp.Compare(min(a.finding.Place.ASN, 1), min(b.finding.Place.ASN, 1)), a.found.Onset.Best.Compare(b.found.Onset.Best))
	})
	var out []Judged
	for len(open) > 0 {
		var group, rest []blocked
		for _, b := range open {
			if j.coincide(open[0].found, b.found) {
				group = append(group, b)
				continue
			}
			rest = append(rest, b)
		}
		open = rest
		out = append(out, j.platform(c, group))
	}
	return out
}

// explained reports whether a service's event happened while the network itself was down.
func (j *judge) explained(d *detect.Detection, known []Judged) bool {
	for i := range known {
		down := detect.Detection{Onset: known[i].Onset, End: known[i].End}
		if j.within(d, &down) {
			return true
		}
	}
	return false
}

// coincide reports whether two events are one by their time.
func (j *judge) coincide(a, b *detect.Detection) bool {
	return a == b || j.within(a, b) || j.within(b, a)
}

// platform makes the incident of services that were out of reach at the same time.
func (j *judge) platform(c country, group []blocked) Judged {
	lead := group[0]
	place := lead.finding.Place
	var services []string
	var networks []uint32
	var findings []*detect.Finding
	whole := place.ASN == 0
	for _, b := range group {
		services = append(services, b.finding.Service)
		if b.finding.Place.ASN != 0 {
			networks = append(networks, b.finding.Place.ASN)
		}
		if !whole || b.finding.Place.ASN == 0 {
			findings = append(findings, b.finding)
		}
	}
	slices.Sort(services)
	slices.Sort(networks)
	services, networks = slices.Compact(services), slices.Compact(networks)
	if len(networks) > 1 {
		place.ASN = 0
	}
	i := j.incident(place, lead.found.Onset, lead.found.End, lead.found.Score)
	i.Type, i.Extent, i.Services = incident.TypePlatform, incident.ExtentService, services
	if !whole {
		i.Networks = networks
	}
	i.LastSeen = j.lastSeen(lead.found.End, findings...)
	if c.whole != nil {
		findings = append(findings, c.whole)
	}
	i.Evidence = j.evidence(span{lead.found.First, lead.found.Last}, findings...)
	i.Generated = generated(findings...)
	return Judged{Incident: i}
}
