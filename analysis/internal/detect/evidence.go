// Package detect says when the signals of one place are, together, too low to be chance.
//
// It fuses evidence, not votes: each signal gives a z-score against its own baseline, weighted by how
// much it could show. A signal with a hole, no history or too few probes weighs nothing, which is not
// the same as saying that all is well. The package knows one place at a time; who absorbs whom is for
// package judge.
package detect

import (
	"math"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/baseline"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// scales is the number of windows over which evidence is averaged.
const scales = 2

// Track is a series beside what was expected of it, bin by bin.
type Track struct {
	series.Series
	Expected []float64 // NaN where nothing could be expected
	// SD is the standard deviation of a mean over each of baseline.Windows; NaN likewise.
	SD [scales][]float64
	// Z is (value - expected) / SD of the shortest window, or the burst under way where that is lower, within
	// the limit on either side; NaN where there is no value or no expectation.
	Z []float64
	// Fall is how far the mean over each window that ends with the bin is below what was expected, in
	// standard deviations; NaN where most of the window was not seen.
	Fall [scales][]float64

	limit float64
	means [scales]mean
}

// power returns how many standard deviations a total loss of the mean over a window that ends with bin i would
// be, at most the limit; zero where most of the window was not seen.
func (t *Track) power(scale, i int) float64 {
	if math.IsNaN(t.Fall[scale][i]) {
		return 0
	}
	return t.reach(scale, i)
}

// reach returns how many standard deviations a total loss would be, by what was expected of bin i; zero where
// nothing was.
func (t *Track) reach(scale, i int) float64 {
	if math.IsNaN(t.SD[scale][i]) {
		return 0
	}
	return min(t.Expected[i]/t.SD[scale][i], t.limit)
}

// Power returns how many standard deviations a total loss would be in bin i, over the longest window.
func (t *Track) Power(i int) float64 { return t.power(scales-1, i) }

// Deepest returns how far the mean over any of the windows that end with bin i is below what was
// expected, in standard deviations; zero where it is not below, or was not seen.
func (t *Track) Deepest(i int) float64 {
	deepest := 0.0
	for k := range scales {
		deepest = max(deepest, below(t.Fall[k][i]))
	}
	return deepest
}

// below returns v where it is a fall at all, and zero where it is none or was not seen.
func below(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return max(0, v)
}

// families are the groups of signals whose noise is the same noise. All that probes report comes from
// the same machines, so that their strongest evidence counts once.
const families = 6

func family(s incident.Signal) int {
	switch s {
	case incident.SignalBGP:
		return 1
	case incident.SignalActive:
		return 2
	case incident.SignalTelescope:
		return 3
	case incident.SignalTraffic:
		return 4
	case incident.SignalAtlas:
		return 5
	default:
		return 0
	}
}

// average returns the evidence of the window that ends with bin i.
func average(tracks []Track, scale, i int) float64 {
	return fuse(tracks, func(t *Track) (shows, power float64) { return t.Fall[scale][i], t.power(scale, i) })
}

// alone returns the evidence of bin i by itself. It asks only who saw that bin: the first bin of a hole is not
// seen although most of the window before it was, and the first bin after it is.
func alone(tracks []Track, i int) float64 {
	return fuse(tracks, func(t *Track) (shows, power float64) { return -t.Z[i], t.reach(0, i) })
}

// fuse returns the evidence that the place is dark, in standard deviations, or NaN when no signal could see. It
// is the matched filter for an event that takes the same share of every signal: the sum of what each shows
// weighted by its power, over the root of the summed squares of power. A signal that shows nothing although it
// could counts against; one that cannot see counts for neither side.
func fuse(tracks []Track, look func(*Track) (shows, power float64)) float64 {
	var most, powers [families]float64
	for k := range tracks {
		shows, power := look(&tracks[k])
		if math.IsNaN(shows) {
			continue
		}
		f := family(tracks[k].Signal)
		most[f] = max(most[f], below(shows))
		powers[f] = max(powers[f], power)
	}
	sum, squares := 0.0, 0.0
	for f := range families {
		sum += most[f] * powers[f]
		squares += powers[f] * powers[f]
	}
	if squares == 0 {
		return math.NaN()
	}
	return sum / math.Sqrt(squares)
}

// absolute returns the absolute number of the bin of t: bins since 1970-01-01 UTC.
func absolute(t time.Time) int { return int(t.Unix() / int64(series.Bin/time.Second)) }

func newTrack(s series.Series, limit float64) Track {
	n := len(s.Values)
	t := Track{Series: s, Expected: unknown(n), Z: unknown(n), limit: limit}
	for k, window := range baseline.Windows() {
		t.SD[k], t.Fall[k] = unknown(n), unknown(n)
		t.means[k].bins = int(window / series.Bin)
	}
	return t
}

func unknown(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.NaN()
	}
	return out
}

// judge fills bin i of the track from its baseline.
func (t *Track) judge(i int, b *baseline.Baseline) {
	probes := 0.0
	if t.Probes != nil {
		probes = t.Probes[i]
	}
	e, ok := b.Expect(probes)
	if ok {
		t.Expected[i] = e.Value
	}
	for k := range scales {
		z := math.NaN()
		if ok {
			t.SD[k][i] = e.SD[k]
			if t.Known(i) {
				z = (t.Values[i] - e.Value) / e.SD[k]
				if t.Burst != nil {
					z = min(z, -t.Burst[i])
				}
				z = min(max(z, -t.limit), t.limit)
			}
		}
		if k == 0 {
			t.Z[i] = z
		}
		t.means[k].add(z)
		t.Fall[k][i] = -t.means[k].value()
	}
}

// mean is a running mean over a window of bins, of which some may not be known.
type mean struct {
	bins int
	ring []float64
	at   int
}

func (m *mean) add(v float64) {
	if len(m.ring) < m.bins {
		m.ring = append(m.ring, v)
		return
	}
	m.ring[m.at] = v
	m.at = (m.at + 1) % m.bins
}

// keep makes all but the last n bins unknown.
func (m *mean) keep(n int) {
	for k := range m.ring {
		age := len(m.ring) - 1 - k
		if len(m.ring) == m.bins {
			age = (m.at - 1 - k + 2*m.bins) % m.bins
		}
		if age >= n {
			m.ring[k] = math.NaN()
		}
	}
}

// value returns the mean, NaN when less than a third of the window is known.
func (m *mean) value() float64 {
	sum, known := 0.0, 0
	for _, v := range m.ring {
		if !math.IsNaN(v) {
			sum += v
			known++
		}
	}
	if known == 0 || known*3 < m.bins {
		return math.NaN()
	}
	return sum / float64(known)
}
