package classify

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// Shutdown returns the probability that an event is a shutdown, with every reason that moves it, the
// heaviest first after the prior.
func Shutdown(f Facts) incident.Confidence {
	start := incident.Reason{ID: "prior", Weight: round(prior), Text: fmt.Sprintf(
		"of hand-labeled national outages that look like the average, %.0f in 100 were shutdowns", 100*logistic(prior))}
	var reasons []incident.Reason
	sum := start.Weight
	for _, f2 := range append(fitted(), judged()...) {
		r := incident.Reason{ID: f2.id}
		switch f2.ask(f) {
		case yes:
			r.Weight, r.Text = f2.weight*(1-f2.share), f2.with
		case no:
			r.Weight, r.Text = -f2.weight*f2.share, f2.without
		case unknown:
			continue
		}
		r.Weight = round(r.Weight)
		sum += r.Weight
		reasons = append(reasons, r)
	}
	slices.SortStableFunc(reasons, func(a, b incident.Reason) int {
		return cmp.Compare(math.Abs(b.Weight), math.Abs(a.Weight))
	})
	return incident.Confidence{
		Probability: math.Round(1000*logistic(sum)) / 1000,
		Reasons:     append([]incident.Reason{start}, reasons...),
	}
}

// round keeps two digits, so that the weights shown add up to the probability shown.
func round(w float64) float64 { return math.Round(100*w) / 100 }

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
