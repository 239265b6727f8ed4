package observe

import (
	"math"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

const (
	// memory is of how many bins the usual number of probes is taken: a week of those in which anybody was
	// heard.
	memory = int(7 * 24 * time.Hour / series.Bin)
	// leastMemory is the fewest bins that make a usual number: an hour.
	leastMemory = int(time.Hour / series.Bin)
	// othersHeard is the share of the others' usual number that must be heard for silence to be evidence.
	// A quarter of volunteers' machines sleep at night, and so the others may be that much fewer.
	othersHeard = 0.6
	// ownHeard is the share of a place's own usual number at which it speaks for itself: whoever reports
	// that no anchor answered is no silent probe.
	ownHeard = 0.8
	// mostRelayed is the share of a place's own usual number that may come through proxies while its silence is evidence.
	// They fall silent with the proxy; and at the end of a month, when keys change and the new ones were found nowhere.
	mostRelayed = 0.2
	// relayedMemory is of how many bins the usual number of those is taken: six hours of those in which anybody was
	// online. It is short, because a month may end soon after a gateway was blocked and all went to a proxy.
	relayedMemory = int(6 * time.Hour / series.Bin)
	// waiting is how long before a deaf spell what probes measured may wait in them: they deliver every
	// five minutes.
	waiting = 2
	// comeback is how long after a deaf spell probes may take to come back: they wait up to a quarter of an
	// hour between attempts, and then deliver what they kept.
	comeback = 30 * time.Minute
)

// column is one count of a place, bin by bin.
type column []float64

// heard are the counts of one place, or of everybody.
type heard struct {
	heard, settled, relayed, online column
	generated                       bool
}

func newHeard(bins int) *heard {
	return &heard{heard: make(column, bins), settled: make(column, bins), relayed: make(column, bins), online: make(column, bins)}
}

func (h *heard) add(i int, b Beats) {
	h.heard[i] += float64(b.Heard)
	h.settled[i] += float64(b.Settled)
	h.relayed[i] += float64(b.Relayed)
	h.online[i] += float64(b.Online)
	h.generated = h.generated || b.Generated
}

// Online returns, for every country and network, the number of probes of which an anchor answered, as known
// at asOf. A bin is a hole unless the place's own probes or enough probes elsewhere were heard in it: where
// nobody at all was heard, the observatory was deaf, and so it counts until everybody has had the time to
// come back. A place that usually has fewer than five probes is holes throughout, and one of which many come through
// proxies where they are not heard.
func Online(beats []Beats, from, until, asOf time.Time) []series.Series {
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
		s.Ran = by[key].heard
		lag := max(0, int(asOf.Sub(until)/series.Bin))
		online(&s, by[key], all, lag)
		out = append(out, s)
	}
	return out
}

// online fills the series of one place with its counts, where they can be believed. lag is how many bins have
// passed since the last.
func online(s *series.Series, own, all *heard, lag int) {
	others, othersSettled := minus(all.heard, own.heard), minus(all.settled, own.settled)
	first := int(s.Start.Unix() / int64(series.Bin/time.Second))
	usualOwn, usualOthers := usual(own.heard, own.heard, memory, first), usual(others, others, memory, first)
	relayed := usual(own.relayed, own.online, relayedMemory, first)
	comparable := comparable(othersSettled, usualOthers, lag)
	for i := range s.Values {
		speaks := own.heard[i] >= ownHeard*usualOwn[i]
		if usualOwn[i] >= incident.FewestProbes && (speaks || comparable[i] && relayed[i] <= mostRelayed*usualOwn[i]) {
			s.Values[i] = own.online[i]
		}
	}
}

// comparable says of each bin whether enough others were heard in it for silence to be evidence. The bins of
// a deaf spell that ended less than comeback ago are not, nor those next to it: who comes back first is
// chance, and whoever does not is not dark.
func comparable(settled, usual column, lag int) []bool {
	out := make([]bool, len(settled))
	lastDeaf, began := -1, 0
	for i := range settled {
		out[i] = settled[i] >= othersHeard*usual[i]
		if settled[i] < othersHeard*usual[i] {
			if lastDeaf < i-1-int(comeback/series.Bin) {
				began = i
			}
			lastDeaf = i
		}
	}
	if lastDeaf < 0 || len(settled)-1-lastDeaf+lag >= int(comeback/series.Bin) {
		return out
	}
	for i := max(0, began-waiting); i < len(out); i++ {
		out[i] = false
	}
	return out
}

func minus(a, b column) column {
	out := make(column, len(a))
	for i := range a {
		out[i] = a[i] - b[i]
	}
	return out
}

// usual returns, for each bin, the median of counts over the last bins before it that are in, which means greater than
// zero there; NaN, with which every comparison is false, while there are too few. Those bins may lie as far back as the
// data go: a place that is silent for longer than memory is no less dark, and has not become one that nobody knows. It is
// renewed on the hour of the clock; first is the absolute number of the first bin. So it does not depend on
// where the data begin, but for the first of the memory.
func usual(counts, in column, memory, first int) column {
	out := make(column, len(counts))
	now := math.NaN()
	var heard, sorted column // the counts that are remembered, in order of time and of size
	for i, n := range counts {
		if (first+i)%leastMemory == 0 {
			now = middle(sorted)
		}
		out[i] = now
		if in[i] <= 0 {
			continue
		}
		if len(heard) == memory {
			at, _ := slices.BinarySearch(sorted, heard[0])
			heard, sorted = heard[1:], slices.Delete(sorted, at, at+1)
		}
		at, _ := slices.BinarySearch(sorted, n)
		heard, sorted = append(heard, n), slices.Insert(sorted, at, n)
	}
	return out
}

func middle(sorted column) float64 {
	if len(sorted) < leastMemory {
		return math.NaN()
	}
	return sorted[len(sorted)/2]
}
