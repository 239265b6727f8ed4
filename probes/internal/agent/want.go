package agent

import (
	"slices"
	"sync"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// MaxWanted bounds how many targets a gateway may want at once: each is looked at twice as often as the others, on
// somebody else's line.
const MaxWanted = measurement.MaxWanted

// wants are the targets that a gateway wants looked at more.
type wants struct {
	mu   sync.Mutex
	urls []string
}

// Want makes the agent look twice as often at the targets with these URLs, from its next step on, in place of those
// that were wanted before. URLs that are not in the plan are passed over, as is whatever is past the first MaxWanted.
// It may be called at any time.
func (a *Agent) Want(targets []string) {
	targets = slices.Clone(targets[:min(len(targets), MaxWanted)])
	a.wants.mu.Lock()
	defer a.wants.mu.Unlock()
	a.wants.urls = targets
}

// hear takes what the gateway wants, as a receipt says it; nil is nothing. Numbers of another list than the one that is
// followed mean nothing.
func (a *Agent) hear(w *measurement.Wanted) {
	if w == nil {
		a.Want(nil)
		return
	}
	if w.List != a.cfg.Plan.Version {
		return
	}
	var urls []string
	for _, n := range w.Targets {
		if int(n) < len(a.cfg.Plan.Targets) {
			urls = append(urls, a.cfg.Plan.Targets[n].URL)
		}
	}
	a.Want(urls)
}

// wanted returns the plan with what is wanted at present.
func (a *Agent) wanted(p plan.Plan) plan.Plan {
	a.wants.mu.Lock()
	defer a.wants.mu.Unlock()
	return p.Want(a.wants.urls)
}
