package judge

import (
	"fmt"
	"math"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/detect"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// span is the first and the last bin of an event.
type span struct{ first, last int }

// leastPower is how many standard deviations a total loss must be for a signal to have a say: below it,
// that a signal is quiet means nothing.
const leastPower = 3

// evidence returns what each series of the findings shows around an event.
func (j *judge) evidence(when span, findings ...*detect.Finding) []incident.Evidence {
	var out []incident.Evidence
	for _, f := range findings {
		for k := range f.Tracks {
			out = append(out, j.witness(&f.Tracks[k], when))
		}
	}
	return out
}

// witness returns what one series shows around an event.
func (j *judge) witness(t *detect.Track, when span) incident.Evidence {
	e := incident.Evidence{
		Signal: t.Signal, Place: t.Place, Service: t.Service, Source: t.Source, Unit: t.Unit,
	}
	m := measure(t, when)
	switch {
	case m.known == 0:
		e.Verdict, e.Why = incident.VerdictCouldNotSee, "nobody looked during the event"
	case m.judged == 0:
		e.Verdict, e.Why = incident.VerdictCouldNotSee, "too little history to say what is normal"
	case m.power < leastPower:
		e.Verdict, e.Why = incident.VerdictCouldNotSee, fmt.Sprintf(
			"too few or too noisy to tell: even a total loss would be only %.1f standard deviations", m.power)
	case m.fall >= j.p.Enter/2:
		e.Verdict, e.Why = incident.VerdictSaw, fmt.Sprintf(
			"fell to %s where %s was expected, %.1f standard deviations over half an hour or more", number(m.lowest), number(m.expected), m.fall)
	case 2*m.judged < m.bins:
		e.Verdict, e.Why = incident.VerdictCouldNotSee, "most of the event was not seen"
	default:
		e.Verdict, e.Why = incident.VerdictNormal, fmt.Sprintf(
			"was there and stayed within its noise, at lowest %s where %s was expected", number(m.lowest), number(m.expected))
	}
	if m.judged > 0 {
		e.Drop, e.Z = round(m.drop), -round(m.fall)
		e.Probes = m.probes
	}
	e.StepSeconds, e.Points = j.points(t, when)
	e.Step = time.Duration(e.StepSeconds) * time.Second
	return e
}

// measured is what a series did during an event.
type measured struct {
	bins, known, judged int
	fall                float64 // deepest, of a mean over a window, in standard deviations
	drop                float64 // deepest, of a bin, relative to the expectation
	lowest, expected    float64 // in the bin of the deepest drop
	power               float64 // at its highest
	probes              int     // the most that a value rests on
}

func measure(t *detect.Track, when span) measured {
	m := measured{bins: when.last - when.first + 1, drop: math.Inf(-1)}
	for i := when.first; i <= min(when.last, len(t.Values)-1); i++ {
		if !t.Known(i) {
			continue
		}
		m.known++
		if math.IsNaN(t.Expected[i]) {
			continue
		}
		m.judged++
		m.power = max(m.power, t.Power(i))
		if drop := 1 - t.Values[i]/t.Expected[i]; drop > m.drop {
			m.drop, m.lowest, m.expected = drop, t.Values[i], t.Expected[i]
		}
		switch {
		case t.Probes != nil:
			m.probes = max(m.probes, int(t.Probes[i]))
		case t.Signal == incident.SignalProbes || t.Signal == incident.SignalAtlas:
			m.probes = max(m.probes, int(math.Round(t.Expected[i])))
		}
		m.fall = max(m.fall, t.Deepest(i))
	}
	m.drop = max(0, m.drop)
	return m
}

const (
	before    = 24 * time.Hour
	after     = 6 * time.Hour
	maxPoints = 600
)

// points returns the series from a day before the event to six hours after it, and the seconds between
// points. Of a long event every point stands for several bins, by their mean.
func (j *judge) points(t *detect.Track, when span) (step int, points []incident.Point) {
	from := max(0, when.first-int(before/series.Bin))
	until := min(len(t.Values), when.last+1+int(after/series.Bin))
	each := max(1, (until-from+maxPoints-1)/maxPoints)
	for i := from; i < until; i += each {
		end := min(i+each, until)
		p := incident.Point{At: t.At(i), Value: mean(t.Values[i:end]), Baseline: mean(t.Expected[i:end])}
		if sd := mean(t.SD[0][i:end]); p.Baseline != nil && sd != nil {
			lower := round(max(0, *p.Baseline-j.p.Enter**sd))
			p.Lower = &lower
		}
		points = append(points, p)
	}
	return each * int(series.Bin/time.Second), points
}

// mean returns the mean of the known values, nil when none is known.
func mean(values []float64) *float64 {
	sum, known := 0.0, 0
	for _, v := range values {
		if !math.IsNaN(v) {
			sum += v
			known++
		}
	}
	if known == 0 {
		return nil
	}
	m := round(sum / float64(known))
	return &m
}

// round keeps four significant digits: more would only make documents longer.
func round(v float64) float64 {
	if v == 0 {
		return 0
	}
	scale := math.Pow10(3 - int(math.Floor(math.Log10(math.Abs(v)))))
	return math.Round(v*scale) / scale
}

// number writes a value for a sentence.
func number(v float64) string {
	switch {
	case v == math.Trunc(v) || v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 1:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}
