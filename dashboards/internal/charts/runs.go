package charts

import (
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// runs splits points wherever of is nil or a bin is missing.
func runs(points []incident.Point, step time.Duration, of func(incident.Point) *float64) [][]incident.Point {
	var out [][]incident.Point
	var run []incident.Point
	for i, p := range points {
		missing := i > 0 && p.At.Sub(points[i-1].At) >= 2*step
		if (of(p) == nil || missing) && len(run) > 0 {
			out = append(out, run)
			run = nil
		}
		if of(p) != nil {
			run = append(run, p)
		}
	}
	if len(run) > 0 {
		out = append(out, run)
	}
	return out
}

// span is a stretch of time.
type span struct{ from, to time.Time }

// stretches returns when is holds, without interruption.
func stretches(points []incident.Point, step time.Duration, is func(incident.Point) bool) []span {
	var out []span
	for _, p := range points {
		if !is(p) {
			continue
		}
		if n := len(out); n > 0 && !p.At.After(out[n-1].to) {
			out[n-1].to = p.At.Add(step)
			continue
		}
		out = append(out, span{p.At, p.At.Add(step)})
	}
	return out
}

// holes returns the stretches in which nothing could be seen. Two that are closer than resolution
// are drawn as one: what lies between them would be too thin to see.
func holes(points []incident.Point, step, resolution time.Duration) []span {
	var out []span
	add := func(from, to time.Time) {
		if n := len(out); n > 0 && from.Sub(out[n-1].to) < resolution {
			out[n-1].to = to
			return
		}
		out = append(out, span{from, to})
	}
	for i, p := range points {
		if i > 0 {
			if p.At.Sub(points[i-1].At) >= 2*step {
				add(points[i-1].At.Add(step), p.At)
			}
		}
		if p.Value == nil && !p.Few {
			add(p.At, p.At.Add(step))
		}
	}
	return out
}
