// Package conclude turns series into incidents, with the probability of a shutdown and the reports of it.
//
// It puts the deciding packages in their order and decides nothing itself: detect and judge say what
// happened, classify how probable a shutdown is, reports who said so. It reads no clock and no database, so
// that the same series give the same incidents.
package conclude

import (
	"maps"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/classify"
	"github.com/lamplight-net/lamplight/analysis/internal/detect"
	"github.com/lamplight-net/lamplight/analysis/internal/judge"
	"github.com/lamplight-net/lamplight/analysis/internal/reports"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// Seen is everything that a conclusion rests on.
type Seen struct {
	Series   []series.Series // all on the same bins
	Networks map[incident.Place]judge.Network
	Reports  []store.Report
	// CountryNames gives names to codes that no table has.
	CountryNames map[string]string
	Until        time.Time // the time up to which the series go
}

// Incidents returns the incidents in what was seen, the earliest onset first. They have no id yet.
func Incidents(seen Seen) []incident.Incident {
	parameters := detect.Defaults()
	named := maps.Clone(seen.Networks)
	for code, name := range seen.CountryNames {
		if named == nil {
			named = make(map[incident.Place]judge.Network)
		}
		named[incident.Place{Country: code}] = judge.Network{Name: name}
	}
	judged := judge.Incidents(detect.Places(seen.Series, parameters), named, parameters, seen.Until)
	out := make([]incident.Incident, len(judged))
	for i := range judged {
		out[i] = judged[i].Incident
		out[i].Shutdown = classify.Shutdown(facts(judged, i))
		out[i].Reports = reports.Link(&out[i], seen.Reports)
		out[i].ReportsByChance = reports.ByChance(&out[i], seen.Reports)
	}
	return out
}

// facts returns what classification looks at of incident i.
func facts(all []judge.Judged, i int) classify.Facts {
	one := &all[i]
	zone, err := time.LoadLocation(one.TimeZone)
	if err != nil {
		zone = time.UTC // incident.TimeZoneOf names none that does not load
	}
	f := classify.Facts{
		Onset: one.Onset.Best.In(zone), Until: one.SeenUntil().In(zone),
		Together: one.Together, MobileOnly: one.MobileOnly,
		Service: one.Extent == incident.ExtentService,
	}
	if one.End != nil {
		end := one.End.Best.In(zone)
		f.End = &end
	}
	for k := range all {
		if k != i && comparable(&all[k].Incident, &one.Incident) {
			f.Others = append(f.Others, all[k].Onset.Best.In(zone))
		}
	}
	f.Saw, f.Normal = witnesses(&one.Incident)
	return f
}

// comparable reports whether one event may be the other's return: of the same place or a part of it, and of as
// much of the network. That a service is blocked every night says nothing of the night on which all is dark,
// nor what befalls one network of what befalls another.
func comparable(a, b *incident.Incident) bool {
	inside := a.Place.Contains(b.Place) || b.Place.Contains(a.Place)
	if a.Place.Country == "ZZ" { // which is no country
		inside = a.Place == b.Place
	}
	apart := len(a.Networks) > 0 && len(b.Networks) > 0 &&
		!slices.ContainsFunc(a.Networks, func(asn uint32) bool { return slices.Contains(b.Networks, asn) })
	return inside && !apart && a.Extent == b.Extent
}

// witnesses counts the independent kinds of signal that saw an incident, and those that could have and did
// not. Everything that probes measure is one kind: it comes from the same machines. Evidence that stands
// beside an incident to show what was not affected is not about it.
func witnesses(i *incident.Incident) (saw, normal int) {
	kinds := make(map[string]bool) // whether it saw
	for _, e := range i.Evidence {
		if !about(i, &e) || e.Verdict == incident.VerdictCouldNotSee {
			continue
		}
		kind := e.Source
		if e.Source != "probes" {
			kind += " " + string(e.Signal)
		}
		kinds[kind] = kinds[kind] || e.Verdict == incident.VerdictSaw
	}
	for _, itSaw := range kinds {
		if itSaw {
			saw++
			continue
		}
		normal++
	}
	return saw, normal
}

// about reports whether evidence is of what an incident says is affected.
func about(i *incident.Incident, e *incident.Evidence) bool {
	switch i.Type {
	case incident.TypePlatform:
		return e.Service != ""
	case incident.TypeNetwork:
		return e.Place.ASN != 0
	case incident.TypeNationwide, incident.TypeRegional:
	}
	return e.Place == i.Place
}
