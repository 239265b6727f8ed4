// Package baseline says what is normal for a series at this hour of this week, and how far from it
// chance alone may take a value.
//
// It is causal: an expectation rests only on what was learned before it, so that a day judged in
// hindsight gets the verdict that it would have got live. It is robust: medians throughout, and the
// caller masks what belongs to an event. It decides nothing.
package baseline

import "math"

const (
	binsPerHour  = 12
	binsPerDay   = 24 * binsPerHour
	hoursPerDay  = 24
	hoursPerWeek = 7 * hoursPerDay

	// memory is how far back the cycles look, in hours: four weeks and a day, so that each hour of the
	// week has been seen four times, each with the day before it.
	memory = 4*hoursPerWeek + 2*hoursPerDay
	// daysKept bounds the daily cycle to two weeks, so that it follows the seasons and the clock changes.
	daysKept = 14
	// weeksKept bounds the weekly cycle.
	weeksKept = 4
	// An hour of the day starts at the trailing level and weighs as one day of it; an hour of the week
	// starts at its hour of the day and counts as two weeks that were like it.
	pseudoDays  = 1
	pseudoWeeks = 2
	// trailing is what stands for an hour of the day that was never seen: the three hours before it.
	trailing = 3 * binsPerHour
	// backFor is for how many bins a series must be back from an event before what was off in it is learned: two hours,
	// in which whoever was cut off tells of it.
	backFor = 2 * binsPerHour
	// leastBins is the history below which nothing is said: two hours.
	leastBins = 2 * binsPerHour
)

// Expectation is what a bin should hold if nothing happens.
type Expectation struct {
	Value float64
	// SD is the standard deviation of what chance does to the mean over each of Windows.
	SD [2]float64
}

// Baseline learns one series, bin by bin.
type Baseline struct {
	noise Noise
	scale [2]scale // one for each of Windows
	cycle cycle

	recent  []float64  // the latest bins, for the trailing level
	hour    []float64  // the bins of the hour under way
	real    int        // how many of them were seen, and not only expected
	off     []float64  // values of it that are masked and yet nobody's doing
	back    int        // bins in a row learned from, after an event
	near    [3]float64 // expected in the hour before, this one and the next
	learned int        // bins learned from

	bin  int // absolute number of the bin to be judged next
	last int // absolute number of the last bin learned from
}

// New returns a baseline that knows nothing. first is the absolute number of the series' first bin:
// bins of five minutes since 1970-01-01 UTC.
func New(noise Noise, first int) *Baseline {
	b := &Baseline{noise: noise, cycle: newCycle(), bin: first}
	for i, window := range Windows() {
		b.scale[i].window = int(window.Hours() * binsPerHour)
	}
	return b
}

// Expect returns the expectation of the bin that Learn will be given next, or false when too little has
// been seen. probes is the number of probes behind a share; a count ignores it.
func (b *Baseline) Expect(probes float64) (Expectation, bool) {
	if b.learned < leastBins {
		return Expectation{}, false
	}
	within := (float64(b.bin%binsPerHour)+0.5)/binsPerHour - 0.5 // -0.5 to 0.5 around the hour's middle
	value := b.near[1]
	if within < 0 {
		value += within * (b.near[1] - b.near[0])
	} else {
		value += within * (b.near[2] - b.near[1])
	}
	if value <= 0 {
		return Expectation{}, false // nothing can fall below nothing
	}
	// The scale as learned, shrunk to what is assumed of a series whose daily cycle nobody knows.
	e := Expectation{Value: value}
	days := float64(b.learned) / binsPerDay
	for i, window := range Windows() {
		s, u := b.scale[i].value, b.noise.Unlearned
		variance := (days*s*s + pseudoDays*u*u) / (days + pseudoDays)
		e.SD[i] = max(b.noise.sd(value, probes, window), value*math.Sqrt(variance))
	}
	return e, true
}

// Learn takes the next bin's value, NaN for a hole. Nothing is learned from a hole, nor from a masked
// value, one that belongs to an event: the level goes on with what was expected instead, so that the
// hours of the day stay in balance.
func (b *Baseline) Learn(v float64, masked bool) {
	e, ok := b.Expect(1)
	switch {
	case !math.IsNaN(v) && !masked:
		if ok {
			for i := range b.scale {
				b.scale[i].add((v - e.Value) / e.Value)
			}
		}
		b.learned++
		b.real++
		b.back++
		if b.back == backFor {
			b.cycle.amend()
		}
		b.last = b.bin
		b.remember(v)
	case ok && masked && !math.IsNaN(v):
		for i := range b.scale {
			b.scale[i].forget()
		}
		b.back = 0
		b.remember(e.Value)
	case ok && b.bin-b.last > memory*binsPerHour:
		*b = *New(b.noise, b.bin) // nothing of what was known is recent enough
	case ok:
		b.remember(e.Value)
	}
	b.bin++
	if b.bin%binsPerHour == 0 || b.learned <= leastBins {
		b.turn()
	}
}

// Off says of the next bin's value, before Learn is given it masked, that what is missing was not running: it belongs to
// an event as long as that goes on, for nobody can know yet. When the series has been back for hours, and it is still
// said of the hours of the event, they are learned as what they were: a night, and no fall. Or a place that sleeps would
// be dark every night for ever, none of which would be learned.
func (b *Baseline) Off(v float64) { b.off = append(b.off, v) }

func (b *Baseline) remember(v float64) {
	b.hour = append(b.hour, v)
	b.recent = append(b.recent, v)
	if len(b.recent) > trailing {
		b.recent = b.recent[1:]
	}
}

// turn works out what to expect around the hour that begins, and closes the one that ended.
func (b *Baseline) turn() {
	now := b.bin / binsPerHour
	if b.bin%binsPerHour == 0 {
		b.cycle.close(now-1, b.hour, b.real >= binsPerHour/4, b.off)
		b.hour, b.off, b.real = b.hour[:0], b.off[:0], 0
	}
	for i := range b.near {
		b.near[i] = b.cycle.expect(now-1+i, now, median(b.recent))
	}
}
