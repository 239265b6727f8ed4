package examples

import (
	"fmt"
	"math"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// window is the stretch of time that a series covers, with the event in it. A zero end has not come.
type window struct {
	place                incident.Place
	from, to, onset, end time.Time
}

const step = 5 * time.Minute

func (w window) during(at time.Time) bool {
	return !at.Before(w.onset) && (w.end.IsZero() || at.Before(w.end))
}

// series makes a day-and-night curve around usual, with a little noise that is the same every time.
func (w window) series(usual float64, value func(at time.Time, normal float64) *float64) []incident.Point {
	var out []incident.Point
	for k, at := 0, w.from; at.Before(w.to); k, at = k+1, at.Add(step) {
		baseline := usual * (1 + 0.14*math.Sin(float64(at.Unix()%86400)/86400*2*math.Pi-1.2))
		lower := baseline * 0.84
		noise := 0.03 * (math.Sin(float64(k)*2.3) + math.Sin(float64(k)*0.71) + math.Sin(float64(k)*5.1)) / 2
		out = append(out, incident.Point{
			At: at, Value: value(at, rounded(usual, baseline*(1+noise))),
			Baseline: ptr(rounded(usual, baseline)), Lower: ptr(rounded(usual, lower)),
		})
	}
	return out
}

func ptr(v float64) *float64 { return &v }

// rounded makes counts whole and keeps shares below one.
func rounded(usual, v float64) float64 {
	if usual <= 1 {
		return math.Round(min(v, 1)*1000) / 1000
	}
	return math.Round(v)
}

func (w window) evidence(signal incident.Signal, source, unit string, probes int) incident.Evidence {
	return incident.Evidence{
		Signal: signal, Place: w.place, Source: source, Unit: unit, Probes: probes,
		StepSeconds: int(step / time.Second), Step: step,
	}
}

func (w window) saw(signal incident.Signal, source, unit string, usual, left float64, probes int) incident.Evidence {
	e := w.evidence(signal, source, unit, probes)
	e.Verdict, e.Drop, e.Z = incident.VerdictSaw, 1-left/usual, -12
	e.Why = fmt.Sprintf("It fell to %.0f %% of what is normal at this hour of the week, 12 times its usual noise.", 100*left/usual)
	e.Points = w.series(usual, func(at time.Time, normal float64) *float64 {
		if w.during(at) {
			return ptr(left)
		}
		return ptr(normal)
	})
	return e
}

func (w window) normal(signal incident.Signal, source, unit string, usual float64) incident.Evidence {
	e := w.evidence(signal, source, unit, 0)
	e.Verdict, e.Drop, e.Z = incident.VerdictNormal, 0.03, -0.6
	e.Why = "It stayed within its noise the whole time."
	e.Points = w.series(usual, func(_ time.Time, normal float64) *float64 { return ptr(normal) })
	return e
}

func (w window) blind(signal incident.Signal, source, unit string, usual float64) incident.Evidence {
	e := w.evidence(signal, source, unit, 0)
	e.Verdict = incident.VerdictCouldNotSee
	e.Why = "Its source recorded nothing from three hours before the event until two hours after it."
	e.Points = w.series(usual, func(at time.Time, normal float64) *float64 {
		if at.After(w.onset.Add(-3*time.Hour)) && at.Before(w.end.Add(2*time.Hour)) {
			return nil
		}
		return ptr(normal)
	})
	return e
}
