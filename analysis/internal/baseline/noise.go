package baseline

import (
	"math"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// Windows returns the times over which evidence is averaged: the shortest event that is worth telling,
// and the time after which a loss shows in a place that flickers.
func Windows() [2]time.Duration { return [2]time.Duration{30 * time.Minute, 3 * time.Hour} }

// Law is how a signal scatters by chance when nothing happens.
type Law int

// The laws.
const (
	// Poisson: counts of things that come and go by themselves, or in lumps as prefixes do. The standard
	// deviation is the square root of the expectation, so that 28 /24s are not judged like a country.
	Poisson Law = iota
	// Roster: how many of a known set are there. One of them may always be away.
	Roster
	// Binomial: the share of probes for which something worked.
	Binomial
)

// Noise says how far a signal may stray from its expectation before its own history has shown it.
type Noise struct {
	Law Law
	// Floor is the least standard deviation, relative to the expectation: the error of an instrument
	// that does not shrink however much it counts (a collector's session, a prober, a household with
	// three of ten probes).
	Floor float64
	// Fresh is how often chance is drawn anew, so that longer averages scatter less; zero where what is
	// away by chance stays away.
	Fresh time.Duration
	// Unlearned is the relative standard deviation assumed for the part of the daily cycle that is not
	// known yet; it weighs as much as one day of history.
	Unlearned float64
}

// NoiseOf returns the noise of a signal. The floors follow the thresholds that the sources themselves
// alert on: IODA takes 1 % of BGP, 20 % of active probing and 75 % of the telescope for a deviation.
// What is unlearned follows the daily swing that such a series usually has.
func NoiseOf(s incident.Signal) Noise {
	switch s {
	case incident.SignalBGP:
		return Noise{Law: Poisson, Floor: 0.01, Unlearned: 0.02}
	case incident.SignalActive:
		return Noise{Law: Poisson, Fresh: 10 * time.Minute, Floor: 0.05, Unlearned: 0.05}
	case incident.SignalTelescope:
		return Noise{Law: Poisson, Fresh: 5 * time.Minute, Floor: 0.10, Unlearned: 0.25}
	case incident.SignalTraffic:
		return Noise{Law: Poisson, Floor: 0.10, Unlearned: 0.25}
	case incident.SignalProbes, incident.SignalAtlas:
		return Noise{Law: Roster, Floor: 0.10, Unlearned: 0.10}
	default:
		return Noise{Law: Binomial, Floor: 0.05, Unlearned: 0.05}
	}
}

// sd returns the standard deviation that the law gives to the mean over a window, where probes is the
// number of probes behind a share.
func (n Noise) sd(expected, probes float64, window time.Duration) float64 {
	var law float64
	switch n.Law {
	case Poisson:
		law = math.Sqrt(expected)
	case Roster:
		law = 1
	case Binomial:
		// Agresti and Coull's adjustment keeps a share of exactly one from having no noise at all.
		p := (expected*probes + 2) / (probes + 4)
		law = math.Sqrt(p * (1 - p) / (probes + 4))
	}
	if n.Fresh > 0 {
		law /= math.Sqrt(float64(window / n.Fresh))
	}
	return max(law, n.Floor*expected)
}
