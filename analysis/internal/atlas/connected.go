// Package atlas turns connects and disconnects of RIPE Atlas probes into the number of probes connected, place
// by place.
//
// RIPE logs when a probe's connection to its controller begins and ends, and nothing in between. What a probe
// was before its first event is told by that event; a probe without any is not counted. Of the time outside
// the log nothing is said, nor of long gaps in it. The package reads no clock and no database. It does not
// tell a probe's own outage from its network's; that several probes of a place go together, and stay away
// together, is what it tests.
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

// span is the time in which a probe was connected, where it was, and to what it was connected at its end.
type span struct {
	from, until time.Time
	home        home
	controller  string
}

// roll is what is known of the probes of one place.
type roll struct {
	connected series.Series
	probes    map[uint32]bool
	losses    []loss
}

// Connected returns, for every country and network with at least five probes, how many of them were connected
// at some time of each bin of [from, until), and the bursts in which they lost their connections. Bins that the
// log does not cover are holes. A probe counts in a place from when it first connected there, and goes on to
// count when it has moved: what it becomes does not change the past, and to move is not to be lost. The
// order of events does not matter, nor do copies.
func Connected(events []store.AtlasConnection, from, until time.Time) []series.Series {
	if len(events) == 0 {
		return nil
	}
	byProbe := make(map[uint32][]store.AtlasConnection)
	for _, e := range events {
		byProbe[e.ProbeID] = append(byProbe[e.ProbeID], e)
	}
	log := coverageOf(events, until)
	rolls := make(map[incident.Place]*roll)
	var all controllers
	for _, probe := range slices.Sorted(maps.Keys(byProbe)) {
		of := byProbe[probe]
		slices.SortFunc(of, func(a, b store.AtlasConnection) int {
			return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Event, b.Event)) // connect before disconnect
		})
		last := of[len(of)-1]
		spans := connected(of, log.begin, log.end)
		losses := lost(probe, spans, log.end)
		all.add(home{last.Country, last.ASN}, last.Controller, losses)
		for _, place := range stays(spans) {
			if rolls[place] == nil {
				rolls[place] = &roll{connected: zeros(place, from, until), probes: make(map[uint32]bool)}
			}
			r := rolls[place]
			r.probes[probe] = true
			r.losses = append(r.losses, slices.DeleteFunc(slices.Clone(losses), func(l loss) bool { return !l.home.in(place) })...)
			count(&r.connected, since(spans, place))
		}
	}
	all.sort()
	var out []series.Series
	for _, r := range rolls {
		if len(r.probes) >= incident.FewestProbes {
			mark(&r.connected, r.losses, len(r.probes), log, &all)
			log.hide(&r.connected)
			out = append(out, r.connected)
		}
	}
	slices.SortFunc(out, func(a, b series.Series) int { return cmp.Compare(a.Place.String(), b.Place.String()) })
	return out
}

// since returns the spans from the first in a place on, of which there is one.
func since(spans []span, place incident.Place) []span {
	first := slices.IndexFunc(spans, func(s span) bool { return s.home.in(place) })
	return spans[first:]
}

// stays returns the places that a probe connected in.
func stays(spans []span) []incident.Place {
	var out []incident.Place
	for _, s := range spans {
		out = append(out, places(s.home.country, s.home.asn)...)
	}
	slices.SortFunc(out, func(a, b incident.Place) int { return cmp.Compare(a.String(), b.String()) })
	return slices.Compact(out)
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

// connected returns when a probe was connected, from its events in order, and where: where it was when it
// connected, for what it became later says nothing of its past.
func connected(events []store.AtlasConnection, from, until time.Time) []span {
	var out []span
	on := events[0].Event == "disconnect" // a probe that disconnects was connected
	now := span{from: from, home: home{events[0].Country, events[0].ASN}}
	for _, e := range events {
		switch {
		case e.Event == "connect" && !on:
			now, on = span{from: e.At, home: home{e.Country, e.ASN}}, true
		case e.Event == "disconnect" && on:
			now.until, now.controller, on = e.At, e.Controller, false
			out = append(out, now)
		}
	}
	if on {
		now.until = until
		out = append(out, now)
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
