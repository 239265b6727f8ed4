package charts

import (
	"math"
	"strconv"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// axisX places moments.
type axisX struct{ from, to time.Time }

// percent is where t stands, in percent of the width, within the chart's edges.
func (a axisX) percent(t time.Time) float64 {
	p := 100 * float64(t.Sub(a.from)) / float64(a.to.Sub(a.from))
	return min(max(p, 0), 100)
}

func (a axisX) box(t time.Time) float64 { return a.percent(t) * boxWidth / 100 }

// axisY places values between a round number below them and one above.
type axisY struct{ bottom, top, step float64 }

const (
	// ticks is about how many lines the height has room for.
	ticks = 3
	// nearTop is how much of the greatest value the least must reach for the axis to leave zero. A
	// deep fall is shown against zero; a shallow one would be flat there.
	nearTop = 0.6
)

func newAxisY(points []incident.Point) axisY {
	low, high := math.Inf(1), 0.0
	for _, p := range points {
		if p.Few {
			low = 0
		}
		for _, v := range []*float64{p.Value, p.Baseline, p.Lower} {
			if v != nil && !math.IsNaN(*v) && !math.IsInf(*v, 0) {
				low, high = min(low, *v), max(high, *v)
			}
		}
	}
	if high == 0 {
		return axisY{0, 1, 1}
	}
	a := axisY{}
	if low > nearTop*high && high > low {
		a.step = round125((high - low) / ticks)
		a.bottom = math.Floor(low/a.step) * a.step
	} else {
		a.step = round125(high / ticks)
	}
	a.top = math.Ceil(high/a.step-1e-9) * a.step
	return a
}

// round125 is the least of 1, 2 or 5 times a power of ten that is not below v.
func round125(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= v*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// part is how far below the top v is, as a part of the height.
func (a axisY) part(v float64) float64 {
	return min(max((a.top-v)/(a.top-a.bottom), 0), 1)
}

func (a axisY) box(v float64) float64 { return a.part(v) * boxHeight }

// values lists where the lines of the grid are, from the bottom.
func (a axisY) values() []float64 {
	var out []float64
	for k := 0; ; k++ {
		v := a.bottom + float64(k)*a.step
		if v > a.top+a.step/2 {
			return out
		}
		out = append(out, v)
	}
}

// number writes a coordinate with at most two decimals.
func number(v float64) string {
	return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
}

// fraction writes a part of the width as fine as number writes percentages.
func fraction(v float64) string { return strconv.FormatFloat(math.Round(v*1e4)/1e4, 'f', -1, 64) }
