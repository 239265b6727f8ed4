// Package atlas turns connects and disconnects of RIPE Atlas probes into the number of probes connected, place
// by place.
//
// RIPE logs when a probe's connection to its controller begins and ends, and nothing in between. What a probe
// was before its first event is told by that event; a probe without any is not counted. The package reads
// no clock and no database. It does not tell a probe's own outage from its network's; that several probes of a
// place go together, and stay away together, is what it tests.
package atlas

import (
	"cmp"
	"maps"
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

// span is the time in which a probe was connected, and to what it was at its end.
type span struct {
	from, until time.Time
	controller  string
}

// roll is what is known of the probes of one place.
type roll struct {
	connected series.Series
	probes    int
	losses    []loss
}

// Connected returns, for every country and network with at least five probes, how many of them were connected
// at some time of each bin of [from, until), and the bursts in which they lost their connections. The order of
// events does not matter, nor do copies.
func Connected(events []store.AtlasConnection, from, until time.Time) []series.Series {
	byProbe := make(map[uint32][]store.AtlasConnection)
	begin := until
	for _, e := range events {
		byProbe[e.ProbeID] = append(byProbe[e.ProbeID], e)
		if e.At.Before(begin) {
			begin = e.At
		}
	}
	rolls := make(map[incident.Place]*roll)
	var all controllers
	for _, probe := range slices.Sorted(maps.Keys(byProbe)) {
		of := byProbe[probe]
		slices.SortFunc(of, func(a, b store.AtlasConnection) int {
			return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Event, b.Event)) // connect before disconnect
		})
		last := of[len(of)-1]
		spans := connected(of, from, until)
		losses := lost(probe, spans, until)
		all.add(probe, home{last.Country, last.ASN}, last.Controller, losses)
		for _, place := range places(last.Country, last.ASN) {
			if rolls[place] == nil {
				rolls[place] = &roll{connected: zeros(place, from, until)}
			}
			r := rolls[place]
			r.probes++
			r.losses = append(r.losses, losses...)
			count(&r.connected, spans)
		}
	}
	all.sort()
	var out []series.Series
	for _, r := range rolls {
		if r.probes >= minProbes {
			mark(&r.connected, r.losses, r.probes, begin, until, &all)
			out = append(out, r.connected)
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
			out, on = append(out, span{since, e.At, e.Controller}), false
		}
	}
	if on {
		out = append(out, span{from: since, until: until})
	}
	return out
}

func zeros(place incident.Place, from, until time.Time) series.Series {
	s := series.New(series.Key{Place: place, Signal: incident.SignalAtlas, Source: Source}, "RIPE Atlas probes connected", from, until)
	clear(s.Values)
	s.Burst = make([]float64, len(s.Values))
	return s
}

// count counts a probe once in every bin that one of its spans touches.
func count(s *series.Series, spans []span) {
	counted := -1
	for _, one := range spans {
		for i := max(s.Index(one.from), counted+1, 0); i < len(s.Values) && s.At(i).Before(one.until); i++ {
			s.Values[i]++
			counted = i
		}
	}
}
