// Package series turns what was seen into dense five-minute grids, one for each place and signal.
//
// A bin that nobody looked at is a hole (NaN). It is never a zero, and never filled with a guess: what
// a hole means is for whoever reads the series to say. A source that measures every half hour has looked at
// all of it, and its value fills the bins of its step; nothing else is filled. The package reads no clock and
// no database.
package series

import (
	"math"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// Bin is the width of a bin. Bins are aligned to UTC.
const Bin = 5 * time.Minute

// Key names a series.
type Key struct {
	Place  incident.Place
	Signal incident.Signal
	// Service is the host name of the service that SignalService is about; empty otherwise.
	Service string
	Source  string // probes, ioda, ripe-atlas
}

// Series is one signal of one place on a dense grid.
type Series struct {
	Key
	Unit  string    // what a value counts, for a chart's axis
	Start time.Time // of the first bin, UTC, aligned to Bin
	// Values holds one value a bin; NaN is a hole.
	Values []float64
	// Probes holds the number of distinct probes behind each value, where a value is a share of what
	// they tried; nil where a value is itself a count.
	Probes []float64
	// Ran, where the values count machines that were online, holds how many of them were running in each bin, as far as
	// they have told: a machine that is cut off tells afterwards, one that is switched off never does. Nil elsewhere.
	Ran []float64
	// Burst, where the source counts what comes and goes by itself, holds how surprising it is that so many
	// went together: standard deviations of a normal variable with the same tail, zero where none did; nil
	// where nothing was tested.
	Burst []float64
	// Step is how often the source measures, at least Bin. A value stands for the whole step that
	// begins with its bin.
	Step time.Duration
	// Generated is true when any value rests on rehearsal data.
	Generated bool
}

// Point is one value as it came, at any time and in any order.
type Point struct {
	At    time.Time
	Value float64
}

// New returns a series of holes that covers [from, until), widened to whole bins.
func New(key Key, unit string, from, until time.Time) Series {
	start := from.UTC().Truncate(Bin)
	bins := max(0, int((until.Sub(start)+Bin-1)/Bin))
	values := make([]float64, bins)
	for i := range values {
		values[i] = math.NaN()
	}
	return Series{Key: key, Unit: unit, Start: start, Values: values, Step: Bin}
}

// FromPoints returns the series of points on [from, until). Points outside are dropped, as are values
// that are negative or not finite. A point that comes twice counts once, so that a row delivered twice changes
// nothing; several points of one bin give their mean. The step is inferred from the points.
func FromPoints(key Key, unit string, points []Point, from, until time.Time) Series {
	s := New(key, unit, from, until)
	bins := make(map[int][]float64)
	seen := make(map[Point]bool, len(points))
	for _, p := range points {
		p.At = p.At.UTC()
		if seen[p] {
			continue
		}
		seen[p] = true
		if i := s.Index(p.At); i >= 0 && i < len(s.Values) && p.Value >= 0 && !math.IsInf(p.Value, 1) {
			bins[i] = append(bins[i], p.Value)
		}
	}
	for i, values := range bins {
		slices.Sort(values) // the same sum in any order of arrival
		sum := 0.0
		for _, v := range values {
			sum += v
		}
		s.Values[i] = sum / float64(len(values))
	}
	s.hold()
	return s
}

// Index returns the number of the bin that holds t; it may lie outside the series.
func (s *Series) Index(t time.Time) int {
	d := t.Sub(s.Start)
	if d < 0 {
		return int((d - Bin + 1) / Bin)
	}
	return int(d / Bin)
}

// At returns the start of bin i.
func (s *Series) At(i int) time.Time { return s.Start.Add(time.Duration(i) * Bin) }

// Known reports whether bin i was seen.
func (s *Series) Known(i int) bool {
	return i >= 0 && i < len(s.Values) && !math.IsNaN(s.Values[i])
}

// Off reports whether nobody was cut off in bin i, however low it is: all who ran were online.
func (s *Series) Off(i int) bool {
	return s.Ran != nil && s.Known(i) && s.Values[i] >= allOnline*s.Ran[i]
}

// allOnline is the share of those running that are online when nothing happens: one of many may be at fault itself.
const allOnline = 0.9
