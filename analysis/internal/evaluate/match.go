package evaluate

import (
	"math"
	"slices"
	"time"
)

// tolerance is how far from a labeled event a detection may lie and still be about it.
const tolerance = 30 * time.Minute

// Row is how one method did on one series, or on all of them.
type Row struct {
	Method string `json:"method"`
	Series string `json:"series"` // file name, or "all"
	Events int    `json:"events"`
	Found  int    `json:"found"`
	// Detections counts everything that the method reported, FalseAlarms what met no event.
	Detections  int     `json:"detections"`
	FalseAlarms int     `json:"false_alarms"`
	PlaceDays   float64 `json:"place_days"`
	// FragmentsPerEvent is the mean number of detections that meet a found event.
	FragmentsPerEvent float64 `json:"fragments_per_event"`
	// The errors are of the first detection's onset and the last one's end, over found events; absent
	// when none was found.
	OnsetErrorMinutesMedian *float64 `json:"onset_error_minutes_median"`
	EndErrorMinutesMedian   *float64 `json:"end_error_minutes_median"`
}

// tally is what a row is computed from; tallies of several series add up.
type tally struct {
	events, found, detections, falseAlarms, fragments int
	days                                              float64
	onset, end                                        []float64 // minutes
}

// match compares detections with labels: a detection is about an event when it overlaps it, widened by
// the tolerance on both sides.
func match(labels []Label, found []span, days float64) tally {
	t := tally{events: len(labels), detections: len(found), days: days}
	about := make([]bool, len(found))
	for _, l := range labels {
		first, last := -1, -1
		for i, s := range found {
			if s.start.Before(l.End.Add(tolerance)) && s.end.After(l.Start.Add(-tolerance)) {
				about[i] = true
				t.fragments++
				if first < 0 || s.start.Before(found[first].start) {
					first = i
				}
				if last < 0 || s.end.After(found[last].end) {
					last = i
				}
			}
		}
		if first >= 0 {
			t.found++
			t.onset = append(t.onset, math.Abs(found[first].start.Sub(l.Start).Minutes()))
			t.end = append(t.end, math.Abs(found[last].end.Sub(l.End).Minutes()))
		}
	}
	for _, a := range about {
		if !a {
			t.falseAlarms++
		}
	}
	return t
}

func (t *tally) add(o tally) {
	t.events += o.events
	t.found += o.found
	t.detections += o.detections
	t.falseAlarms += o.falseAlarms
	t.fragments += o.fragments
	t.days += o.days
	t.onset = append(t.onset, o.onset...)
	t.end = append(t.end, o.end...)
}

func (t *tally) row(method, file string) Row {
	r := Row{
		Method: method, Series: file, Events: t.events, Found: t.found,
		Detections: t.detections, FalseAlarms: t.falseAlarms, PlaceDays: round(t.days, 3),
		OnsetErrorMinutesMedian: median(t.onset), EndErrorMinutesMedian: median(t.end),
	}
	if t.found > 0 {
		r.FragmentsPerEvent = round(float64(t.fragments)/float64(t.found), 3)
	}
	return r
}

func median(values []float64) *float64 {
	n := len(values)
	if n == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(values))
	m := round((sorted[(n-1)/2]+sorted[n/2])/2, 3)
	return &m
}

func round(v float64, digits int) float64 {
	scale := math.Pow10(digits)
	return math.Round(v*scale) / scale
}
