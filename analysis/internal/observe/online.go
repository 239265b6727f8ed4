package observe

import (
	"math"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

const (
	// memory is how far back the usual number of probes is taken from.
	memory = 7 * 24 * time.Hour
	// leastMemory is the fewest bins that make a usual number: an hour.
	leastMemory = int(time.Hour / series.Bin)
	// othersHeard is the share of the others' usual number that must be heard for silence to be evidence.
	// A quarter of volunteers' machines sleep at night, and so the others may be that much fewer.
	othersHeard = 0.6
	// ownHeard is the share of a place's own usual number at which it speaks for itself: whoever reports
	// that no anchor answered is no silent probe.
	ownHeard = 0.8
)

// column is one count of a place, bin by bin.
type column []float64

// heard are the counts of one place, or of everybody.
type heard struct {
	heard, settled, online column
	generated              bool
}

func newHeard(bins int) *heard {
	return &heard{heard: make(column, bins), settled: make(column, bins), online: make(column, bins)}
}

func (h *heard) add(i int, b Beats) {
	h.heard[i] += float64(b.Heard)
	h.settled[i] += float64(b.Settled)
	h.online[i] += float64(b.Online)
	h.generated = h.generated || b.Generated
}

// Online returns, for every country and network, the number of probes of which an anchor answered. A bin is
// a hole unless the place's own probes or enough probes elsewhere were heard in it: where nobody at all was
// heard, the observatory was deaf. A place that usually has fewer than five probes is holes throughout.
func Online(beats []Beats, from, until time.Time) []series.Series {
	from = from.UTC().Truncate(series.Bin)
	bins := len(series.New(series.Key{}, "", from, until).Values)
	all, by := newHeard(bins), make(map[series.Key]*heard)
	for _, b := range beats {
		i := int(b.Bin.Sub(from) / series.Bin)
		if b.Bin.Before(from) || i >= bins {
			continue
		}
		all.add(i, b)
		for _, place := range places(b.Country, b.ASN) {
			key := series.Key{Place: place, Signal: incident.SignalProbes, Source: sourceProbes}
			if by[key] == nil {
				by[key] = newHeard(bins)
			}
			by[key].add(i, b)
		}
	}
	var out []series.Series
	for _, key := range sortedKeys(by) {
		s := series.New(key, "probes with an anchor answering", from, until)
		s.Generated = by[key].generated
		online(s.Values, by[key], all)
		out = append(out, s)
	}
	return out
}

// online fills values with the counts of one place, where they can be believed.
func online(values []float64, own, all *heard) {
	others, othersSettled := minus(all.heard, own.heard), minus(all.settled, own.settled)
	usualOwn, usualOthers := usual(own.heard), usual(others)
	for i := range values {
		speaks := own.heard[i] >= ownHeard*usualOwn[i]
		compared := othersSettled[i] >= othersHeard*usualOthers[i]
		if usualOwn[i] >= minProbes && (speaks || compared) {
			values[i] = own.online[i]
		}
	}
}

func minus(a, b column) column {
	out := make(column, len(a))
	for i := range a {
		out[i] = a[i] - b[i]
	}
	return out
}

// usual returns, for each bin, the median of the bins before it in which anybody was heard; NaN, with which
// every comparison is false, while there are too few. It is renewed once an hour.
func usual(counts column) column {
	out := make(column, len(counts))
	now := math.NaN()
	span := int(memory / series.Bin)
	for i := range counts {
		if i%leastMemory == 0 {
			now = median(counts[max(0, i-span):i])
		}
		out[i] = now
	}
	return out
}

func median(counts column) float64 {
	var some []float64
	for _, n := range counts {
		if n > 0 {
			some = append(some, n)
		}
	}
	if len(some) < leastMemory {
		return math.NaN()
	}
	slices.Sort(some)
	return some[len(some)/2]
}
