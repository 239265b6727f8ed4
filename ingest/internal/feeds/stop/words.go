package stop

import "strings"

// The words of store.Report's fields.
const (
	scopeNational = "national"
	scopeRegional = "regional"
	scopeLocal    = "local"
	unknown       = "unknown"
)

// scope is how much of the country the report is about. That more than one region was affected is
// national only where the area says so.
func scope(r record) string {
	switch r["geo_scope"] {
	case "It only affected one city, county, or village":
		return scopeLocal
	case "It affected more than one city in the same state, province, or region":
		return scopeRegional
	}
	switch {
	case nationwide(r["area_name"]):
		return scopeNational
	case strings.HasPrefix(r["geo_scope"], "It affected locations in more than one state") && r["area_name"] != "":
		return scopeRegional
	}
	return unknown
}

// nationwide reports whether an area is the country, possibly but for a part of it.
func nationwide(area string) bool {
	area = fold(area)
	if area == "national" || strings.HasPrefix(area, "national except") {
		return true
	}
	for _, words := range []string{"nationwide", "nation wide", "countrywide", "country wide", "entire country", "whole country"} {
		if contains(area, words) {
			return true
		}
	}
	return false
}

// kind is the extent first: a cut or slowed service says nothing of the whole network.
func kind(r record) string {
	full := strings.Contains(r["shutdown_extent"], "Full network")
	switch {
	case !full && strings.Contains(r["shutdown_extent"], "Service-based"):
		return "service-based"
	case !full:
		return unknown
	case strings.Contains(r["shutdown_type"], "Shutdown"):
		return "shutdown"
	case strings.Contains(r["shutdown_type"], "Throttle"):
		return "throttling"
	}
	return unknown
}

func network(r record) string {
	mobile := strings.Contains(r["affected_network"], "Mobile")
	fixed := strings.Contains(r["affected_network"], "Broadband")
	switch {
	case mobile && fixed:
		return "both"
	case mobile:
		return "mobile"
	case fixed:
		return "fixed"
	}
	return unknown
}

// services lists what the report names: the five that have a column, then the free list.
func services(r record) []string {
	var all []string
	for _, s := range []string{"Facebook", "Twitter", "WhatsApp", "Instagram", "Telegram"} {
		if r[strings.ToLower(s)+"_affected"] == "Yes" {
			all = append(all, s)
		}
	}
	for other := range strings.SplitSeq(r["other_affected"], ",") {
		if other = strings.TrimSpace(other); other != "" {
			all = append(all, other)
		}
	}
	return all
}
