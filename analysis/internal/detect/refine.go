package detect

import (
	"math"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/baseline"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// detections turns episodes into detections: the averaging and the hysteresis that keep an event in one
// piece enter late and leave late, so onset and end are looked for again, with the whole event known.
func (d *detector) detections() []Detection {
	var out []Detection
	after := 0 // the bin after the episode before, whose bins are no longer asked
	for _, e := range d.episodes {
		f := d.refine(e, after)
		after = e.until
		if time.Duration(f.Last-f.First+1)*series.Bin < d.p.Shortest {
			continue
		}
		if n := len(out); n > 0 && f.First > out[n-1].Last && time.Duration(f.First-out[n-1].Last-1)*series.Bin < d.p.Merge {
			out[n-1].Last, out[n-1].End = f.Last, f.End
			out[n-1].Score = max(out[n-1].Score, f.Score)
			continue
		}
		out = append(out, f)
	}
	return out
}

func (d *detector) refine(e episode, after int) Detection {
	f := Detection{First: d.first(e, after), Last: e.until - 1}
	for _, s := range d.evidence[e.scale][e.from:e.until] {
		f.Score = max(f.Score, below(s))
	}
	normal := e.until // the bin by which it had ended
	switch {
	case e.held != nil && e.held.over:
		f.Last, normal = e.held.low, e.held.back
	case e.held != nil:
		f.Last = len(d.sharp) - 1
	case !e.open:
		f.Last = d.last(e, f.First)
		normal = d.normal(f.Last, e.until)
	}
	f.Onset = d.onset(f.First, after, e.step)
	if !e.open || e.held != nil && e.held.over {
		end := d.end(f.Last, normal, e.step)
		f.End = &end
	}
	return f
}

// lag returns by how many bins the evidence of an episode may trail what happened.
func (e episode) lag() int { return 2 * int(baseline.Windows()[e.scale]/series.Bin) }

// first returns the first bin of the event: where, before the evidence reached Enter, it pays most to
// begin counting what each bin shows beyond half of what the event's first hour shows. Bins before after
// belong to the event before, which shows more than any ordinary bin and would draw the onset onto itself.
func (d *detector) first(e episode, after int) int {
	half := d.half(e.from, e.from+hour)
	best, at, sum := 0.0, e.from, 0.0
	for i := e.from; i >= max(after, e.from-e.lag()); i-- {
		if math.IsNaN(d.sharp[i]) {
			continue
		}
		sum += d.sharp[i] - half
		if sum >= best {
			best, at = sum, i
		}
	}
	return at
}

// last returns the last bin of the event that begins with first: where, before the evidence last stood at
// Enter, it pays most to stop counting what each bin shows beyond half of what the hour before that shows.
func (d *detector) last(e episode, first int) int {
	last := e.from
	for i := e.from; i < e.until; i++ {
		if d.evidence[e.scale][i] >= d.p.Enter {
			last = i
		}
	}
	from := max(first, last-e.lag())
	half := d.half(max(first, from-hour), from)
	best, at, sum := 0.0, last, 0.0
	for i := from; i <= last; i++ {
		if math.IsNaN(d.sharp[i]) {
			continue
		}
		sum += d.sharp[i] - half
		if sum >= best {
			best, at = sum, i
		}
	}
	return at
}

// half returns half of the median of the bins' own evidence in [from, until), at least half of Enter.
func (d *detector) half(from, until int) float64 {
	var seen []float64
	for _, s := range d.sharp[max(0, from):min(until, len(d.sharp))] {
		if !math.IsNaN(s) {
			seen = append(seen, s)
		}
	}
	if len(seen) == 0 {
		return d.p.Enter / 2
	}
	slices.Sort(seen)
	return max(d.p.Enter, seen[len(seen)/2]) / 2
}

const hour = int(time.Hour / series.Bin)

// onset returns the interval in which the event began: after the last bin that looked normal, by the end of the
// first that did not, and not before after, when the event before was still on. A value of a coarse source may
// have been taken at any time of its step, which makes either moment later or earlier by what a step has more
// than a bin.
func (d *detector) onset(first, after int, step time.Duration) incident.Interval {
	at := d.tracks[0].At
	normal := first - 1
	for normal >= after && !(d.sharp[normal] < d.p.Enter/4) {
		normal--
	}
	earliest := at(normal + 1).Add(series.Bin - step)
	if earliest.Before(at(after)) {
		earliest = at(after)
	}
	return incident.Interval{Earliest: earliest, Best: at(first), Latest: at(first + 1).Add(step - series.Bin)}
}

// end returns the interval in which the event ended: within the last bin that looked dark or after it, by the
// first that looked normal again, and widened like the onset.
func (d *detector) end(last, normal int, step time.Duration) incident.Interval {
	at := d.tracks[0].At
	return incident.Interval{Earliest: at(last).Add(series.Bin - step), Best: at(last + 1), Latest: at(normal).Add(step - series.Bin)}
}

// normal returns the first bin after last that looked normal again, until if none did before.
func (d *detector) normal(last, until int) int {
	normal := last + 1
	for normal < until && !(d.sharp[normal] < d.p.Enter/4) {
		normal++
	}
	return normal
}
