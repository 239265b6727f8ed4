package observe

import (
	"slices"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// sourceProbes is the source of every series that Lamplight's own probes measured.
const sourceProbes = "probes"

// tally is what was tried and what succeeded in one bin.
type tally struct{ tried, succeeded, probes float64 }

// shares collects tallies by series and bin.
type shares struct {
	from, until time.Time
	tallies     map[series.Key]map[int]tally
	units       map[series.Key]string
	generated   map[series.Key]bool
}

func newShares(from, until time.Time) *shares {
	return &shares{
		from: from.UTC().Truncate(series.Bin), until: until,
		tallies:   make(map[series.Key]map[int]tally),
		units:     make(map[series.Key]string),
		generated: make(map[series.Key]bool),
	}
}

func (s *shares) add(key series.Key, unit string, bin time.Time, t tally, generated bool) {
	if t.tried == 0 || bin.Before(s.from) {
		return
	}
	if s.tallies[key] == nil {
		s.tallies[key] = make(map[int]tally)
		s.units[key] = unit
	}
	i := int(bin.Sub(s.from) / series.Bin)
	sum := s.tallies[key][i]
	sum.tried += t.tried
	sum.succeeded += t.succeeded
	sum.probes += t.probes
	s.tallies[key][i] = sum
	s.generated[key] = s.generated[key] || generated
}

// series returns the shares, a hole wherever too few probes looked.
func (s *shares) series() []series.Series {
	var out []series.Series
	for _, key := range sortedKeys(s.tallies) {
		one := series.New(key, s.units[key], s.from, s.until)
		one.Probes = make([]float64, len(one.Values))
		one.Generated = s.generated[key]
		for i, t := range s.tallies[key] {
			if i < len(one.Values) && t.probes >= incident.FewestProbes {
				one.Values[i] = t.succeeded / t.tried
				one.Probes[i] = t.probes
			}
		}
		out = append(out, one)
	}
	return out
}

// sortedKeys puts series in an order that does not depend on the order in which rows came.
func sortedKeys[V any](m map[series.Key]V) []series.Key {
	keys := make([]series.Key, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b series.Key) int {
		return strings.Compare(keyText(a), keyText(b))
	})
	return keys
}

func keyText(k series.Key) string {
	return strings.Join([]string{k.Place.String(), string(k.Signal), k.Service, k.Source}, " ")
}

// Shares returns the series of anchors and of checks on [from, until).
func Shares(beats []Beats, checks []Checks, from, until time.Time) []series.Series {
	s := newShares(from, until)
	for _, b := range beats {
		for _, place := range places(b.Country, b.ASN) {
			probes := float64(b.Heard)
			s.add(series.Key{Place: place, Signal: incident.SignalAnchorsDomestic, Source: sourceProbes},
				"share of domestic anchors that answered", b.Bin,
				tally{float64(b.DomesticTried), float64(b.DomesticAnswered), probes}, b.Generated)
			s.add(series.Key{Place: place, Signal: incident.SignalAnchorsForeign, Source: sourceProbes},
				"share of foreign anchors that answered", b.Bin,
				tally{float64(b.ForeignTried), float64(b.ForeignAnswered), probes}, b.Generated)
		}
	}
	for _, c := range checks {
		key := series.Key{Signal: signalOf(c), Service: c.Service, Source: sourceProbes}
		for _, place := range places(c.Country, c.ASN) {
			key.Place = place
			s.add(key, "share of checks that succeeded", c.Bin,
				tally{float64(c.Tried), float64(c.Succeeded), float64(c.Probes)}, c.Generated)
		}
	}
	return s.series()
}

func signalOf(c Checks) incident.Signal {
	if c.Service != "" {
		return incident.SignalService
	}
	switch c.Kind {
	case "dns":
		return incident.SignalDNS
	case "tcp":
		return incident.SignalTCP
	case "tls":
		return incident.SignalTLS
	}
	return incident.SignalHTTP
}
