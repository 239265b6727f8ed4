package baseline

import (
	"math"
	"slices"
)

const (
	// kept is how many forecast errors the scale rests on: a week of them.
	kept = 7 * binsPerDay
	// refit is how many bins pass between two computations of the scale.
	refit = 6 * binsPerHour

	// probation is how long an error waits before it counts: an event is noticed late, at most by the
	// longest window, and its first hours must not pass for noise.
	probation = 3 * binsPerHour

	// madToSD makes the median absolute deviation of normal noise its standard deviation.
	madToSD = 1.4826
	// A normal variable is below its mean by more than 1.645 standard deviations one time in twenty.
	lowShare = 0.05
	lowSD    = 1.645
)

// scale learns how far the mean of the relative forecast errors over a window spreads, from a week of
// such means.
type scale struct {
	window int     // bins
	value  float64 // standard deviation, relative to the expectation; zero before the first hours

	latest  []float64 // errors within the window
	pending []float64 // means that are not yet beyond suspicion
	means   []float64 // a ring
	next    int
	unused  int // means since the value was computed
}

func (s *scale) add(e float64) {
	s.latest = append(s.latest, e)
	if len(s.latest) > s.window {
		s.latest = s.latest[1:]
	}
	s.pending = append(s.pending, mean(s.latest))
	if len(s.means) == 0 && len(s.pending) == binsPerHour {
		s.value = spread(s.pending) // better than nothing in the first hours
	}
	if len(s.pending) <= probation {
		return
	}
	if len(s.means) < kept {
		s.means = append(s.means, s.pending[0])
	} else {
		s.means[s.next] = s.pending[0]
		s.next = (s.next + 1) % kept
	}
	s.pending = s.pending[1:]
	s.unused++
	if s.unused >= refit || len(s.means) == binsPerHour {
		s.value = spread(s.means)
		s.unused = 0
	}
}

// forget drops the errors of the last hours: they turned out to belong to an event.
func (s *scale) forget() {
	s.latest, s.pending = s.latest[:0], s.pending[:0]
}

// spread returns the standard deviation that explains both the middle of the errors and their lower
// tail, whichever is larger: a series that often dips for a moment is noisier than its middle says.
func spread(errors []float64) float64 {
	sorted := slices.Clone(errors)
	slices.Sort(sorted)
	low := -sorted[int(lowShare*float64(len(sorted)))] / lowSD
	return max(low, madToSD*middleOfSizes(sorted))
}

// middleOfSizes returns the median of the absolute values of sorted: from the smallest on, the next is at
// one end or the other of those around zero.
func middleOfSizes(sorted []float64) float64 {
	above, _ := slices.BinarySearch(sorted, 0)
	below, size := above-1, 0.0
	for range len(sorted)/2 + 1 {
		if above >= len(sorted) || below >= 0 && -sorted[below] < sorted[above] {
			size, below = -sorted[below], below-1
			continue
		}
		size, above = sorted[above], above+1
	}
	return size
}

// median returns the middle of values, whose order stays; NaN of none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}
