package detect

import (
	"math"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/baseline"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// Parameters are the few numbers that detection turns on.
type Parameters struct {
	// Enter is the fused evidence, in standard deviations, at which an event may begin. It ends when
	// every signal that fired is back within a quarter of it.
	Enter float64
	// Limit is the most that one signal may say: beyond it, a fault of the instrument is as likely as
	// anything in the network.
	Limit float64
	// EnterBins is for how many bins in a row the evidence must hold.
	EnterBins int
	// Shortest is the least time that evidence must be there; Merge is the gap across which two events
	// are one.
	Shortest, Merge time.Duration
	// Tail is how long lesser evidence, under half of Enter, holds an event open: a signal that takes
	// hours to come back is not the event, and must not join it to the next day's.
	Tail time.Duration
	// Adapt is how long a partial fall is held against a place before it is taken for the new normal, which
	// further falls are judged by; AdaptDeep is the same where at least half of a signal is gone, which
	// nobody gets used to. Neither ends an event.
	Adapt, AdaptDeep time.Duration
}

// Defaults returns the parameters that analysis and evaluation both use.
func Defaults() Parameters {
	return Parameters{
		Enter: 4, Limit: 10, EnterBins: 2,
		Shortest: 30 * time.Minute, Merge: time.Hour, Tail: 3 * time.Hour,
		Adapt: 7 * 24 * time.Hour, AdaptDeep: 28 * 24 * time.Hour,
	}
}

// Detection is one event of one place.
type Detection struct {
	Onset incident.Interval
	// End is nil while the event goes on.
	End *incident.Interval
	// First and Last are the first and the last bin of the event.
	First, Last int
	// Score is the fused evidence at its height, in standard deviations.
	Score float64
}

// Result is what detection made of one place.
type Result struct {
	Tracks []Track
	Found  []Detection

	evidence [scales][]float64 // fused over each of baseline.Windows; NaN where no signal could see
	sharp    []float64         // the same of each bin alone
}

// Run judges the signals of one place. All series must cover the same bins.
func Run(signals []series.Series, p Parameters) Result {
	if len(signals) == 0 {
		return Result{}
	}
	n := len(signals[0].Values)
	d := &detector{p: p, sharp: unknown(n), fired: make([]bool, len(signals))}
	for k := range d.evidence {
		d.evidence[k] = unknown(n)
	}
	for _, s := range signals {
		d.tracks = append(d.tracks, newTrack(s, p.Limit))
		d.learners = append(d.learners, baseline.New(baseline.NoiseOf(s.Signal), absolute(s.Start)))
	}
	for i := range n {
		d.step(i)
	}
	if d.inside {
		d.close(n, true)
	}
	return Result{Tracks: d.tracks, Found: d.detections(), evidence: d.evidence, sharp: d.sharp}
}

// episode is a run of bins between entering and leaving; until is the bin after the last.
type episode struct {
	from, until int
	scale       int // the shortest window whose evidence reached Enter
	open        bool
	held        *held // of an event that went on when its fall was taken for the new normal
	// step is how often the coarsest of the signals that show it measures.
	step time.Duration
}

type detector struct {
	p        Parameters
	tracks   []Track
	learners []*baseline.Baseline
	evidence [scales][]float64 // averaged over each window
	sharp    []float64         // of each bin alone
	episodes []episode

	inside bool
	now    episode     // the event under way
	high   [scales]int // bins in a row at or above Enter
	calm   int         // bins in a row in which every signal that fired was back
	weak   int         // bins in a row with less than half of Enter
	fired  []bool      // signals that fired in the event under way
}

func (d *detector) step(i int) {
	for k := range d.tracks {
		d.tracks[k].judge(i, d.learners[k])
	}
	d.sharp[i] = alone(d.tracks, i)
	for k := range scales {
		d.evidence[k][i] = average(d.tracks, k, i)
		d.high[k]++
		if !(d.evidence[k][i] >= d.p.Enter) {
			d.high[k] = 0
		}
	}
	d.enter(i)
	if d.inside {
		d.stay(i)
	}
	masked := d.inside || d.high != [scales]int{}
	for k := range d.episodes {
		if h := d.episodes[k].held; h != nil {
			h.look(d.tracks, i)
		}
	}
	if d.inside && d.expired(i) {
		d.now.held = d.hold(i)
		d.relearn(i)
		d.close(i+1, true)
		d.forget(i, i+1)
		masked = false
	}
	for k := range d.tracks {
		if masked && d.tracks[k].Off(i) {
			d.learners[k].Off(d.tracks[k].Values[i])
		}
		d.learners[k].Learn(d.tracks[k].Values[i], masked)
	}
}

// enter begins an event, or finds that the one under way shows in a shorter window too.
func (d *detector) enter(i int) {
	for k := range scales {
		if d.high[k] < d.p.EnterBins {
			continue
		}
		switch {
		case !d.inside:
			d.inside, d.calm, d.weak = true, 0, 0
			d.now = episode{from: i - d.high[k] + 1, scale: k}
			clear(d.fired)
		case k < d.now.scale:
			d.now.scale = k
			clear(d.fired)
		}
	}
}

// stay decides whether the event goes on. Holes in every signal that fired leave it as it is: an event
// does not end because nobody looked. Where no signal fired, they show together what none shows alone, and
// are asked together when it ends.
func (d *detector) stay(i int) {
	looked, low := false, false
	fused := d.evidence[d.now.scale][i]
	for k := range d.tracks {
		fall := d.tracks[k].Fall[d.now.scale][i]
		if fall >= d.p.Enter/2 {
			d.fired[k] = true
		}
		if d.fired[k] && !math.IsNaN(fall) {
			looked = true
			low = low || fall >= d.p.Enter/4
		}
	}
	if !slices.Contains(d.fired, true) {
		looked, low = !math.IsNaN(fused), fused >= d.p.Enter/4
	}
	if !looked {
		return
	}
	d.calm++
	if low {
		d.calm = 0
	}
	d.weak++
	if fused >= d.p.Enter/2 {
		d.weak = 0
	}
	if d.calm >= d.p.EnterBins || time.Duration(d.weak)*series.Bin >= d.p.Tail {
		until := i - max(d.calm, d.weak) + 1
		d.close(until, false)
		d.forget(i, until)
	}
}

// fell reports whether a signal is one of those that show the event under way: that fired, or any of all
// when none did.
func (d *detector) fell(k int) bool { return d.fired[k] || !slices.Contains(d.fired, true) }

func (d *detector) close(until int, open bool) {
	d.now.until, d.now.open, d.now.step = until, open, series.Bin
	for k := range d.tracks {
		if d.fell(k) {
			d.now.step = max(d.now.step, d.tracks[k].Step)
		}
	}
	d.episodes = append(d.episodes, d.now)
	d.inside, d.high = false, [scales]int{}
}

// forget takes the bins before until out of the windows that end with bin i: they belong to the event that was
// closed, and are no evidence of another one. A window of which little else was seen would be full of them.
func (d *detector) forget(i, until int) {
	for k := range d.tracks {
		for scale := range d.tracks[k].means {
			d.tracks[k].means[scale].keep(i - until + 1)
		}
	}
}

// expired reports whether the fall has lasted so long that it is the new normal.
func (d *detector) expired(i int) bool {
	age := time.Duration(i-d.now.from) * series.Bin
	if age < d.p.Adapt {
		return false
	}
	return age >= d.p.AdaptDeep || !d.deep(i)
}

// deep reports whether a signal that fired has lost at least half, by the median of its last day. Where none
// of them was seen for a day, nobody can say that it got less.
func (d *detector) deep(i int) bool {
	seen := false
	for k := range d.tracks {
		if !d.fell(k) {
			continue
		}
		lost, known := 0, 0
		for j := max(d.now.from, i-24*hour); j <= i; j++ {
			if t := &d.tracks[k]; !math.IsNaN(t.Z[j]) {
				known++
				if t.Values[j] <= t.Expected[j]/2 {
					lost++
				}
			}
		}
		seen = seen || known > 0
		if known > 0 && lost*2 >= known {
			return true
		}
	}
	return !seen
}

// relearn starts the baselines anew from the event's last days.
func (d *detector) relearn(i int) {
	from := max(d.now.from, i-int(d.p.Adapt/series.Bin))
	for k := range d.tracks {
		s := &d.tracks[k]
		d.learners[k] = baseline.New(baseline.NoiseOf(s.Signal), absolute(s.Start)+from)
		for j := from; j < i; j++ {
			d.learners[k].Learn(s.Values[j], false)
		}
	}
}
