package agent

import (
	"sync"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// wants are the targets that a gateway wants looked at more, by their numbers in the plan.
type wants struct {
	mu      sync.Mutex
	targets []uint16
}

// hear takes what the gateway wants, as a receipt says it, in place of what it wanted before; nil is nothing. Numbers of
// another list than the one that is followed mean nothing.
func (a *Agent) hear(w *measurement.Wanted) {
	var targets []uint16
	if w != nil {
		if w.List != a.cfg.Plan.Version {
			return
		}
		targets = w.Targets
	}
	a.wants.mu.Lock()
	defer a.wants.mu.Unlock()
	a.wants.targets = targets
}

// wanted returns the plan with what is wanted at present.
func (a *Agent) wanted(p plan.Plan) plan.Plan {
	a.wants.mu.Lock()
	defer a.wants.mu.Unlock()
	return p.Want(a.wants.targets)
}
