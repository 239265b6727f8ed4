package atlas

import (
	"math"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/internal/series"
	"github.com/lamplight-net/lamplight/ingest/store"
)

const (
	// A log is silent for many times as long as between two events of the day before or after only when it is
	// a log no more: in one of 17 probes in Kenya, the longest of 248 gaps were 13 times the mean.
	longGap = 20
	// shortGap is never too long.
	shortGap = time.Hour
)

// coverage is the time of which a log tells: from begin to end, without the gaps.
type coverage struct {
	begin, end time.Time
	gaps       [][2]time.Time
}

// coverageOf returns the time that a log of at least one event covers, until at most. It is the whole log's, for
// nothing else tells a place in which nothing happened from a log that is not there.
func coverageOf(events []store.AtlasConnection, until time.Time) coverage {
	times := make([]time.Time, len(events))
	for i, e := range events {
		times[i] = e.At
	}
	slices.SortFunc(times, time.Time.Compare)
	c := coverage{begin: times[0], end: times[len(times)-1].Truncate(series.Bin).Add(series.Bin)}
	if c.end.After(until) {
		c.end = until
	}
	for k := 1; k < len(times); k++ {
		gap := times[k].Sub(times[k-1])
		if gap > shortGap && gap > longGap*max(pace(dayBefore(times[:k])), pace(dayAfter(times[k:]))) {
			c.gaps = append(c.gaps, [2]time.Time{times[k-1], times[k]})
		}
	}
	return c
}

// pace returns the mean time between events, zero where there is one alone.
func pace(times []time.Time) time.Duration {
	if len(times) < 2 {
		return 0
	}
	return times[len(times)-1].Sub(times[0]) / time.Duration(len(times)-1)
}

// dayBefore and dayAfter return the events within a day of the last, and of the first, of times.
func dayBefore(times []time.Time) []time.Time {
	from := times[len(times)-1].Add(-24 * time.Hour)
	first, _ := slices.BinarySearchFunc(times, from, time.Time.Compare)
	return times[first:]
}

func dayAfter(times []time.Time) []time.Time {
	end, _ := slices.BinarySearchFunc(times, times[0].Add(24*time.Hour), time.Time.Compare)
	return times[:end]
}

// hide makes holes of the bins that the log does not cover.
func (c *coverage) hide(s *series.Series) {
	for i := range s.Values {
		if i < s.Index(c.begin) || !s.At(i).Before(c.end) {
			s.Values[i] = math.NaN()
		}
	}
	for _, gap := range c.gaps {
		for i := max(0, s.Index(gap[0])+1); i < min(s.Index(gap[1]), len(s.Values)); i++ {
			s.Values[i] = math.NaN()
		}
	}
}
