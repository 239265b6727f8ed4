package reports

import (
	"slices"
	"strings"
	"unicode"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// agree reports whether an incident and a report can be about the same event, leaving time aside, says in
// words why, and how well they fit. What one of them leaves open is no contradiction.
func agree(i *incident.Incident, r *store.Report) (why string, fits fit, ok bool) {
	place, ok := agreeOnPlace(i, r)
	if !ok {
		return "", 0, false
	}
	kind, ok := agreeOnKind(i, r)
	if !ok {
		return "", 0, false
	}
	networks, fits, ok := agreeOnNetwork(i, r)
	return place + ", " + kind + networks, fits, ok
}

// agreeOnPlace asks that one place contain the other. A single city's outage does not darken a country.
func agreeOnPlace(i *incident.Incident, r *store.Report) (why string, ok bool) {
	national := i.Place.Region == "" && i.Place.ASN == 0
	switch {
	case i.Place.Country != r.Country:
		return "", false
	case national && r.Scope == "national":
		return "both are nationwide", true
	case r.Scope == "national":
		return "the report is nationwide", true
	case national && r.Scope == "local":
		return "", false
	case national:
		return "the report is about the same country or a part of it", true
	case i.Place.Region != "" && slices.Contains(r.Regions, i.Place.Region):
		return "both are about the same region", true
	case bothCoded(i.Place, r):
		return "", false
	}
	return "the report is about the same country, its part cannot be compared", true
}

// bothCoded reports whether both sides name regions, and in the same code.
func bothCoded(p incident.Place, r *store.Report) bool {
	return strings.HasPrefix(p.Region, p.Country+"-") && len(r.Regions) > 0
}

// agreeOnKind asks that as much stopped working. A blocked service explains no outage of everything.
func agreeOnKind(i *incident.Incident, r *store.Report) (why string, ok bool) {
	switch {
	case r.Type == "unknown" || r.Type == "":
		return "the report does not say what stopped", true
	case i.Extent == incident.ExtentFull && r.Type == "shutdown":
		return "both are of the whole network", true
	case i.Extent == incident.ExtentThrottling && r.Type == "throttling":
		return "both are of a slowed network", true
	case i.Extent != incident.ExtentService:
		return "", false
	}
	// A report of a cut network may name services that were blocked besides.
	if len(i.Services) == 0 || len(r.Services) == 0 {
		return "both are of single services", r.Type == "service-based"
	}
	for _, service := range r.Services {
		if slices.ContainsFunc(i.Services, func(host string) bool { return names(service, host) }) {
			return "both name " + service, true
		}
	}
	return "", false
}

// names reports whether a service's name, as "Facebook" or "VK (VKontakte)", is a label of a host's
// name, as in www.facebook.com. A host that merely contains it is another's.
func names(service, host string) bool {
	words := strings.FieldsFunc(strings.ToLower(service), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	labels := strings.Split(strings.ToLower(host), ".")
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(labels[:len(labels)-1], w) })
}

// fit is how well a report's kind of network fits an incident's, best first. Of two reports of one day it
// says which one to read first.
type fit int

const (
	fitSame   fit = iota // both name the same
	fitUnsaid            // one of them leaves it open
	fitPart              // one names a part of what the other names
)

// agreeOnNetwork refuses a report of mobile networks for an incident of fixed ones alone, and the
// reverse.
func agreeOnNetwork(i *incident.Incident, r *store.Report) (why string, fits fit, ok bool) {
	one := r.Network == "mobile" || r.Network == "fixed"
	switch {
	case len(i.NetworkTypes) == 0 || (!one && r.Network != "both"):
		return "", fitUnsaid, true
	case !one && len(i.NetworkTypes) > 1:
		return "", fitSame, true
	case !one:
		return ", the report is of more than " + i.NetworkTypes[0] + " networks", fitPart, true
	case !slices.Contains(i.NetworkTypes, r.Network):
		return "", 0, false
	case len(i.NetworkTypes) > 1:
		return ", the report is of " + r.Network + " networks only", fitPart, true
	}
	return ", both are of " + r.Network + " networks", fitSame, true
}
