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
			if j.joins(open[0], b) {
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

// joins reports whether b is a part of the event that lead leads: in a network, what for the most part lies in its
// country's; otherwise what is one event with it. A short block within a long one of another service is not, or
// it would be said to be as long.
func (j *judge) joins(lead, b blocked) bool {
	switch {
	case lead.found == b.found:
		return true
	case lead.finding.Place.ASN == 0 && b.finding.Place.ASN != 0:
		return j.within(b.found, lead.found)
	}
	return j.oneEvent(lead.found, b.found)
}

// platform makes the incident of services that were out of reach at the same time: it begins with the first of them
// and ends with the last.
func (j *judge) platform(c country, group []blocked) Judged {
	place := group[0].finding.Place
	whole := place.ASN == 0
	var services []string
	var networks []uint32
	var findings []*detect.Finding
	var blocks []member
	countrywide := make(map[string]bool)
	for _, b := range group {
		asn, service := b.finding.Place.ASN, b.finding.Service
		services = append(services, service)
		if asn != 0 {
			networks = append(networks, asn)
		}
		if asn != 0 && countrywide[service] { // the country's own series stands for it
			continue
		}
		countrywide[service] = asn == 0
		if !slices.Contains(findings, b.finding) {
			findings = append(findings, b.finding)
		}
		blocks = append(blocks, member{b.finding, []detect.Detection{*b.found}})
	}
	slices.Sort(services)
	slices.Sort(networks)
	services, networks = slices.Compact(services), slices.Compact(networks)
	if len(networks) > 1 {
		place.ASN = 0
	}
	all := union(blocks, group[0].found)
	i := j.incident(place, all.Onset, all.End, all.Score)
	i.Type, i.Extent, i.Services = incident.TypePlatform, incident.ExtentService, services
	if !whole {
		i.Networks = networks
	}
	i.LastSeen = j.lastSeen(all.End, findings...)
	if c.whole != nil {
		findings = append(findings, c.whole)
	}
	i.Evidence = j.evidence(span{all.First, all.Last}, findings...)
	i.Generated = generated(findings...)
	return Judged{Incident: i}
}
