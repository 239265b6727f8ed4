// Package atlas turns connects and disconnects of RIPE Atlas probes into the number of probes connected, place
// by place.
//
// RIPE logs when a probe's connection to its controller begins and ends, and nothing in between. What a probe
// was before its first event is told by that event; a probe without any is not counted. The package reads
// no clock and no database, and does not tell a probe's own outage from its network's: that many probes of a
// place go together is for detection to see.
package atlas

import (
	"cmp"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// Source is the source of the series.
const Source = "ripe-atlas"

// minProbes is the fewest probes of a place that make a series: with fewer, it would show when single
// volunteers are online.
const minProbes = 5

// span is the time in which a probe was connected, in one place.
type span struct{ from, until time.Time }

// Connected returns, for every country and network with at least five probes, how many of them were connected
// at some time of each bin of [from, until). The order of events does not matter, nor do copies.
func Connected(events []store.AtlasConnection, from, until time.Time) []series.Series {
	byProbe := make(map[uint32][]store.AtlasConnection)
	for _, e := range events {
		byProbe[e.ProbeID] = append(byProbe[e.ProbeID], e)
	}
	counts := make(map[incident.Place]*series.Series)
	probes := make(map[incident.Place]int)
	for _, of := range byProbe {
		slices.SortFunc(of, func(a, b store.AtlasConnection) int {
			return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Event, b.Event)) // connect before disconnect
		})
		home := of[len(of)-1]
		spans := connected(of, from, until)
		for _, place := range places(home.Country, home.ASN) {
			if counts[place] == nil {
				counts[place] = zeros(place, from, until)
			}
			probes[place]++
			add(counts[place], spans)
		}
	}
	var out []series.Series
	for place, s := range counts {
		if probes[place] >= minProbes {
			out = append(out, *s)
		}
	}
	slices.SortFunc(out, func(a, b series.Series) int { return cmp.Compare(a.Place.String(), b.Place.String()) })
	return out
}

// places are those that a probe belongs to. Of a probe whose country nobody knows, only its network is known.
func places(country string, asn uint32) []incident.Place {
	var out []incident.Place
	if country != "" && country != "ZZ" {
		out = append(out, incident.Place{Country: country})
	}
	if asn != 0 {
		out = append(out, incident.Place{Country: cmp.Or(country, "ZZ"), ASN: asn})
	}
	return out
}

// connected returns when a probe was connected, from its events in order.
func connected(events []store.AtlasConnection, from, until time.Time) []span {
	var out []span
	since, on := from, events[0].Event == "disconnect" // a probe that disconnects was connected
	for _, e := range events {
		switch {
		case e.Event == "connect" && !on:
			since, on = e.At, true
		case e.Event == "disconnect" && on:
			out, on = append(out, span{since, e.At}), false
		}
	}
	if on {
		out = append(out, span{since, until})
	}
	return out
}

func zeros(place incident.Place, from, until time.Time) *series.Series {
	s := series.New(series.Key{Place: place, Signal: incident.SignalAtlas, Source: Source}, "RIPE Atlas probes connected", from, until)
	clear(s.Values)
	return &s
}

// add counts a probe once in every bin that one of its spans touches.
func add(s *series.Series, spans []span) {
	counted := -1
	for _, one := range spans {
		for i := max(s.Index(one.from), counted+1, 0); i < len(s.Values) && s.At(i).Before(one.until); i++ {
			s.Values[i]++
			counted = i
		}
	}
}
