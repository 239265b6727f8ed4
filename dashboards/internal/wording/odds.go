package wording

import (
	"fmt"
	"math"
)

// Probability writes a probability as a whole percentage. It never claims certainty.
func Probability(p float64) string {
	switch {
	case math.IsNaN(p):
		return "unknown"
	case p < 0.01:
		return "less than 1 %"
	case p > 0.99:
		return "more than 99 %"
	}
	return fmt.Sprintf("%.0f %%", 100*p)
}

// Weight puts a change in log-odds into words: how strongly, and which way.
func Weight(w float64) string {
	way := "towards"
	if w < 0 {
		way = "against"
	}
	// Steps of the ratio of likelihoods: 1.2, 3, 10, 30 (after Jeffreys, Theory of Probability, appendix B).
	switch ratio := math.Exp(math.Abs(w)); {
	case ratio < 1.2:
		return "hardly matters"
	case ratio < 3:
		return "slightly " + way
	case ratio < 10:
		return "clearly " + way
	case ratio < 30:
		return "strongly " + way
	}
	return "very strongly " + way
}

// Odds writes what a change in log-odds does to the odds, as "× 93" or "÷ 4.5".
func Odds(w float64) string {
	sign := "×"
	if w < 0 {
		sign = "÷"
	}
	ratio := math.Exp(math.Abs(w))
	switch {
	case ratio >= 1000:
		return sign + " more than 1,000"
	case ratio >= 9.95:
		return fmt.Sprintf("%s %.0f", sign, ratio)
	}
	return fmt.Sprintf("%s %.1f", sign, ratio)
}
