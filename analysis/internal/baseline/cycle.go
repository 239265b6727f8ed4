package baseline

import (
	"math"
	"slices"
)

// hour is what is kept of an hour.
type hour struct {
	number int     // hours since 1970-01-01 UTC
	median float64 // of its values, or of what was expected where it was not seen; NaN for neither
	level  float64 // median of the day before it; NaN when less than most of that day is known
	seen   bool
	off    float64 // median of what was there while whatever was missing was not running; NaN where that was not so
}

// cycle is the daily and weekly course of a series, as ratios to the level of the day before. Ratios
// keep their meaning while the level drifts.
type cycle struct {
	ring []hour
}

func newCycle() cycle { return cycle{ring: slices.Repeat([]hour{{off: math.NaN()}}, memory)} }

func (c *cycle) at(number int) hour {
	if h := c.ring[number%memory]; h.number == number {
		return h
	}
	return hour{number: number, median: math.NaN(), level: math.NaN(), off: math.NaN()}
}

// close keeps the hour of this number. off are those of its values that are masked and yet nobody's doing.
func (c *cycle) close(number int, values []float64, seen bool, off []float64) {
	h := hour{number: number, median: math.NaN(), level: c.level(number), seen: seen, off: math.NaN()}
	if len(off) >= binsPerHour/2 {
		h.off = median(off)
	}
	if len(values) > 0 {
		h.median = median(values)
	}
	c.ring[number%memory] = h
}

// amend takes the hours in which whatever was missing was not running for what they were.
func (c *cycle) amend() {
	for i := range c.ring {
		if h := &c.ring[i]; !h.seen && !math.IsNaN(h.off) {
			h.median, h.seen = h.off, true
		}
	}
}

// level returns the median of the day before the hour of this number, NaN when less than three quarters
// of it are known.
func (c *cycle) level(number int) float64 {
	values := make([]float64, 0, hoursPerDay)
	for n := number - hoursPerDay; n < number; n++ {
		if m := c.at(n).median; !math.IsNaN(m) {
			values = append(values, m)
		}
	}
	if len(values) < hoursPerDay*3/4 {
		return math.NaN()
	}
	return median(values)
}

// expect returns the value expected in the hour of this number, which is now or next to it. What is
// not known of the hour of the week comes from the hour of the day, and of that from the trailing
// value.
func (c *cycle) expect(number, now int, trailing float64) float64 {
	level := c.level(now)
	if math.IsNaN(level) || level <= 0 {
		return trailing
	}
	var days, weeks []float64
	for day := 1; day <= daysKept; day++ {
		if r := c.ratio(number - day*hoursPerDay); !math.IsNaN(r) {
			days = append(days, r)
		}
	}
	for week := 1; week <= weeksKept; week++ {
		if r := c.ratio(number - week*hoursPerWeek); !math.IsNaN(r) {
			weeks = append(weeks, r)
		}
	}
	// A rise in the middle of a day makes that hour of that week high, relative to the day before it, and would be
	// missed as a fall a week later.
	r := shrink(days, trailing/level, pseudoDays)
	return level * shrink(weeks, r, pseudoWeeks)
}

// ratio returns what an hour held relative to the day before it; in a series' first day, which has no
// day before it, relative to the day that began with it. It is NaN for an hour that was not seen.
func (c *cycle) ratio(number int) float64 {
	h := c.at(number)
	if !h.seen {
		return math.NaN()
	}
	level := h.level
	if math.IsNaN(level) {
		level = c.level(number + hoursPerDay)
	}
	if !(level > 0) {
		return math.NaN()
	}
	return h.median / level
}

// shrink returns the median of values and, beside them, of to, which counts as weight values. So a value alone moves
// nothing beside a weight of two, nor do two that contradict each other; and the more there are that agree, the less
// to counts. A mean of the median and to would be moved by every single one.
func shrink(values []float64, to float64, weight int) float64 {
	return median(append(values, slices.Repeat([]float64{to}, weight)...))
}
