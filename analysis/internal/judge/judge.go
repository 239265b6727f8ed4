package judge

import (
	"cmp"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/detect"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// Network is what is known of a network beside its series.
type Network struct {
	Name string
	Type string // fixed, mobile; empty or unknown otherwise
}

// Judged is an incident and what of it only judging sees. The incident has no id, no probability and no
// reports yet.
type Judged struct {
	incident.Incident
	// Together is how many of its networks went dark within ten minutes of each other.
	Together int
	// MobileOnly is true when mobile networks went dark and a fixed one was seen not to.
	MobileOnly bool
}

// judge holds what is the same for every incident.
type judge struct {
	p        detect.Parameters
	networks map[incident.Place]Network
	until    time.Time // the data's time
}

// Incidents returns the incidents in findings, the earliest onset first. until is the time up to which
// the data goes: events that last until then go on. An entry of networks whose place is a country or
// a region gives its name where no table has it.
func Incidents(findings []detect.Finding, networks map[incident.Place]Network, p detect.Parameters, until time.Time) []Judged {
	j := &judge{p: p, networks: networks, until: until}
	var out []Judged
	for _, c := range byCountry(findings) {
		out = append(out, j.country(c)...)
	}
	slices.SortStableFunc(out, func(a, b Judged) int {
		return cmp.Or(a.Onset.Best.Compare(b.Onset.Best), cmp.Compare(a.Place.String(), b.Place.String()))
	})
	return out
}

// country is everything found in one country, or in one region whose country is not known.
type country struct {
	whole    *detect.Finding  // connectivity of the country or region; nil when it has no series
	regions  []detect.Finding // connectivity of its regions
	networks []detect.Finding // connectivity of its networks
	services []detect.Finding
}

// byCountry groups findings, which come in order of place.
func byCountry(findings []detect.Finding) []country {
	var out []country
	var last incident.Place
	for i, f := range findings {
		part := incident.Place{Country: f.Place.Country}
		if part.Country == "ZZ" {
			part.Region = f.Place.Region
		}
		if i == 0 || part != last {
			out = append(out, country{})
			last = part
		}
		c := &out[len(out)-1]
		switch {
		case f.Service != "":
			c.services = append(c.services, f)
		case f.Place.ASN != 0:
			c.networks = append(c.networks, f)
		case f.Place.Region != part.Region:
			c.regions = append(c.regions, f)
		default:
			c.whole = &findings[i]
		}
	}
	return out
}

func (j *judge) country(c country) []Judged {
	var out []Judged
	taken := make(map[*detect.Detection]bool) // events of networks and regions that an incident has absorbed
	if c.whole != nil {
		for i := range c.whole.Found {
			out = append(out, j.whole(c, &c.whole.Found[i], taken))
		}
	}
	out = append(out, j.apart(c, taken)...)
	out = append(out, j.services(c, out)...)
	return append(out, j.regional(c, taken)...)
}

// endOf returns when a detection ended, or the data's time while it goes on.
func (j *judge) endOf(d *detect.Detection) time.Time {
	if d.End == nil {
		return j.until
	}
	return d.End.Best
}

// overlap returns for how long two detections coincide.
func (j *judge) overlap(a, b *detect.Detection) time.Duration {
	from, until := a.Onset.Best, j.endOf(a)
	if b.Onset.Best.After(from) {
		from = b.Onset.Best
	}
	if e := j.endOf(b); e.Before(until) {
		until = e
	}
	return max(0, until.Sub(from))
}

// within reports whether at least half of a happened during b.
func (j *judge) within(a, b *detect.Detection) bool {
	return 2*j.overlap(a, b) >= max(series.Bin, j.endOf(a).Sub(a.Onset.Best))
}

// incident fills in what every incident has.
func (j *judge) incident(place incident.Place, onset incident.Interval, end *incident.Interval, score float64) incident.Incident {
	return incident.Incident{
		State: incident.StateCandidate, Place: place, PlaceName: j.nameOf(place), TimeZone: incident.TimeZoneOf(place.String()),
		Extent: incident.ExtentFull, Onset: onset, End: end, Score: round(score), AsOf: j.until,
	}
}

// lastSeen returns until when anybody looked at what an event that goes on affects, nil of one that has ended.
func (j *judge) lastSeen(end *incident.Interval, findings ...*detect.Finding) *time.Time {
	if end != nil {
		return nil
	}
	var last time.Time
	for _, f := range findings {
		for k := range f.Tracks {
			t := &f.Tracks[k]
			i := len(t.Values) - 1
			for i >= 0 && !t.Known(i) {
				i--
			}
			if seen := t.At(i + 1); seen.After(last) {
				last = seen
			}
		}
	}
	if last.IsZero() || last.After(j.until) {
		last = j.until
	}
	return &last
}

// nameOf returns a place's name in English.
func (j *judge) nameOf(p incident.Place) string {
	country := incident.CountryName(p.Country)
	if name := j.networks[incident.Place{Country: p.Country}].Name; name != "" {
		country = name
	}
	switch {
	case p.ASN != 0:
		as := p.String()[len(p.Country)+1:]
		if name := j.networks[p].Name; name != "" {
			as = name + " (" + as + ")"
		}
		return as + ", " + country
	case p.Region != "" && p.Country == "ZZ":
		return "Region " + p.Region
	case p.Region != "":
		return cmp.Or(j.networks[p].Name, p.Region) + ", " + country
	}
	return country
}
