package detect

import (
	"math"
	"slices"
)

// held is an event whose fall was taken for the new normal. That changes what further falls are judged by. It
// ends the event no more than getting used to the dark makes it light: it is over when every signal that
// fired has come half of the way back to what was expected before, for an hour.
type held struct {
	fired []bool
	// before is what each signal was expected to be, now what it was, over the last day of the old baseline.
	before, now []float64
	low         int // the last bin that was seen to be low
	back        int // the first of the bins seen since then
	bins        int // how many those are
	over        bool
}

// hold looks at the event under way as its baseline is given up, in bin i.
func (d *detector) hold(i int) *held {
	h := &held{low: i}
	for k := range d.tracks {
		t := &d.tracks[k]
		h.fired = append(h.fired, d.fell(k))
		h.before = append(h.before, middle(t.Expected[max(0, i-24*hour):i+1]))
		h.now = append(h.now, middle(t.Values[max(0, i-24*hour):i+1]))
	}
	return h
}

// look looks at bin i, which the baselines that came after have judged.
func (h *held) look(tracks []Track, i int) {
	if h.over {
		return
	}
	seen, low := false, false
	for k := range tracks {
		t := &tracks[k]
		if !h.fired[k] || !t.Known(i) || math.IsNaN(h.before[k]) {
			continue
		}
		seen = true
		usual := h.now[k]
		if math.IsNaN(usual) { // nobody saw how low it was
			usual = 0
		}
		way := (h.before[k] - usual) / 2
		if !math.IsNaN(t.Expected[i]) {
			usual = t.Expected[i]
		}
		low = low || t.Values[i] < usual+way
	}
	switch {
	case !seen:
	case low:
		h.low, h.bins = i, 0
	default:
		if h.bins == 0 {
			h.back = i
		}
		h.bins++
		h.over = h.bins >= hour
	}
}

// middle returns the median of the known values, NaN of none.
func middle(values []float64) float64 {
	known := slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	if len(known) == 0 {
		return math.NaN()
	}
	slices.Sort(known)
	return known[len(known)/2]
}
