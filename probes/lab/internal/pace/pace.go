// Package pace decides how fast the lab's day may go on a machine that has other things to do.
//
// The lab's probes wait real milliseconds for real answers, and one that gives up on a machine that is slow
// sees what it would see in a country in the dark. So the lab looks at a server of its own all the time,
// from an address to which nothing is ever done, and the day slows down when that takes long. The package
// decides from how long it took; it looks at nothing itself.
package pace

import "time"

const (
	// late is what an answer takes on a machine that has little to spare. On an idle one it takes a
	// millisecond or two, and up to a hundred while analysis runs.
	late = 200 * time.Millisecond
	// tooLate is what an answer takes when the probes' own are about to be given up.
	tooLate = 400 * time.Millisecond

	// slowest is how often the pace may be halved: at a sixteenth, the demo's probes look every 16 seconds.
	slowest = 4
	// calm is how many looks in a row must be quick before the pace is doubled again: two seconds of ten a
	// second. It doubles, up to longCalm, whenever a faster pace was too fast.
	calm     = 20
	longCalm = 4 * calm
	// hold is how many looks in a row must not be too late before a day that was stopped goes on.
	hold = 10
)

// Stop is the pace at which as good as nothing begins.
const Stop = 0

// Governor sets the pace. The zero value begins at the full one.
type Governor struct {
	halved int // how often
	held   int // looks until the day goes on
	quick  int // looks in a row
	need   int // of them, for a faster pace
	raised bool
}

// Saw takes how long a look took, and returns which share of the full pace there is time for: 1, a half, a
// quarter and so on, or Stop.
func (g *Governor) Saw(took time.Duration) float64 {
	g.need = max(g.need, calm)
	switch {
	case took >= tooLate:
		g.slow(slowest)
		g.held = hold
	case took >= late:
		g.slow(1)
		g.held = max(g.held-1, 0)
	default:
		g.quick++
		g.held = max(g.held-1, 0)
	}
	if g.quick >= g.need && g.halved > 0 {
		g.halved, g.quick, g.raised = g.halved-1, 0, true
	}
	if g.held > 0 {
		return Stop
	}
	return 1 / float64(int(1)<<g.halved)
}

func (g *Governor) slow(halvings int) {
	if g.raised {
		g.need, g.raised = min(2*g.need, longCalm), false
	}
	g.halved, g.quick = min(g.halved+halvings, slowest), 0
}
