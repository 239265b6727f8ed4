package series

import (
	"math"
	"time"
)

// maxStep is the coarsest source that is taken: Google's traffic comes every 30 minutes, the coarsest
// of IODA's. Wider spacing between values means holes.
const maxStep = time.Hour

// hold infers how often the source measures and lets each value stand for its whole step. The step is
// the spacing that most neighboring values have: a source that is late now and then keeps its own.
func (s *Series) hold() {
	spacing := make(map[int]int)
	last := -1
	for i, v := range s.Values {
		if math.IsNaN(v) {
			continue
		}
		if last >= 0 {
			spacing[i-last]++
		}
		last = i
	}
	step, most := 1, 0
	for bins, n := range spacing {
		if n > most || n == most && bins < step {
			step, most = bins, n
		}
	}
	if time.Duration(step)*Bin > maxStep {
		step = 1
	}
	s.Step = time.Duration(step) * Bin
	for i := len(s.Values) - 1; i >= 0; i-- {
		if math.IsNaN(s.Values[i]) {
			continue
		}
		for k := i + 1; k < min(i+step, len(s.Values)) && math.IsNaN(s.Values[k]); k++ {
			s.Values[k] = s.Values[i]
		}
	}
}
