package evaluate

import (
	"math"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// span is one detection of any method.
type span struct {
	start, end time.Time
}

// method is a way to find events in a recording.
type method struct {
	name string
	find func(*recording) []span
}

// rule is one of IODA's published alert rules: a bin alerts when it is below a share of the median of
// the window before it.
type rule struct {
	signal incident.Signal
	share  float64
	window time.Duration
}

// The rules as IODA's help page states them for its alerts of level warning.
func ruleBGP() rule { return rule{incident.SignalBGP, 0.99, 24 * time.Hour} }
func ruleProbing() rule {
	return rule{incident.SignalActive, 0.80, 7 * 24 * time.Hour}
}
func ruleTelescope() rule {
	return rule{incident.SignalTelescope, 0.25, 7 * 24 * time.Hour}
}

// leastHistory is the number of values that a rule's median needs: an hour of them.
const leastHistory = int(time.Hour / series.Bin)

// alerts returns the bins in which the rule alerts. A recording without the signal has none.
func (r rule) alerts(rec *recording) []bool {
	s := rec.signal(r.signal)
	if s == nil {
		return nil
	}
	out := make([]bool, len(s.Values))
	window := int(r.window / series.Bin)
	var sorted []float64 // the window's known values
	for i, v := range s.Values {
		if n := len(sorted); n >= leastHistory && !math.IsNaN(v) {
			median := (sorted[(n-1)/2] + sorted[n/2]) / 2
			out[i] = v < r.share*median
		}
		if !math.IsNaN(v) {
			at, _ := slices.BinarySearch(sorted, v)
			sorted = slices.Insert(sorted, at, v)
		}
		if old := i - window; old >= 0 && !math.IsNaN(s.Values[old]) {
			at, _ := slices.BinarySearch(sorted, s.Values[old])
			sorted = slices.Delete(sorted, at, at+1)
		}
	}
	return out
}

// votes returns the method that detects where at least need of the rules alert in the same bin.
func votes(name string, need int, rules ...rule) method {
	return method{name: name, find: func(rec *recording) []span {
		count := make([]int, len(rec.series[0].Values))
		for _, r := range rules {
			for i, alert := range r.alerts(rec) {
				if alert {
					count[i]++
				}
			}
		}
		var out []span
		inside := false
		for i, n := range count {
			at := rec.series[0].At(i)
			if n >= need && !inside {
				out = append(out, span{start: at})
			}
			inside = n >= need
			if inside {
				out[len(out)-1].end = at.Add(series.Bin)
			}
		}
		return out
	}}
}
