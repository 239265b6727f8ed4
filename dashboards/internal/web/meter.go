package web

import (
	"fmt"
	"html/template"
	"math"
)

// meter draws a probability as the filled part of a bar. The number stands beside it, so that it need
// not be read out.
func meter(p float64) template.HTML {
	if math.IsNaN(p) {
		return ""
	}
	return template.HTML(fmt.Sprintf(
		`<svg class="meter" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="all" width="100" height="6"/><rect class="part" width="%.0f" height="6"/></svg>`,
		100*min(max(p, 0), 1)))
}

// scale draws a weight as a bar from the middle, to the right where it speaks for, to the left where it
// speaks against; most is the greatest weight beside it.
func scale(weight, most float64) template.HTML {
	if most <= 0 || math.IsNaN(weight) {
		return ""
	}
	length := 50 * min(math.Abs(weight)/most, 1)
	x, class := 50.0, "for"
	if weight < 0 {
		x, class = 50-length, "against"
	}
	return template.HTML(fmt.Sprintf(
		`<svg class="scale" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="%s" x="%.1f" y="1" width="%.1f" height="8"/><rect class="axis" x="49.7" width="0.6" height="10"/></svg>`,
		class, x, length))
}
