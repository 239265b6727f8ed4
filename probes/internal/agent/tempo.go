package agent

import (
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/alert"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// tempo is what an agent's pace depends on, beside the time and the day's bytes.
type tempo struct {
	mu     sync.Mutex
	alert  *alert.Alert
	turned chan struct{} // closed when looks become quick
}

func newTempo(targets int) tempo {
	return tempo{alert: alert.New(targets), turned: make(chan struct{})}
}

// turning returns what closes when looks become quick: what is due in an hour is due earlier then.
func (t *tempo) turning() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.turned
}

func (t *tempo) changed() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.alert.Changed()
}

func (t *tempo) turn() {
	t.mu.Lock()
	defer t.mu.Unlock()
	close(t.turned)
	t.turned = make(chan struct{})
}

// conditions are what the pace depends on now.
func (a *Agent) conditions(now time.Time) plan.Conditions {
	return plan.Conditions{
		Now: now.In(a.cfg.Zone), Changed: a.tempo.changed(), Spent: a.meter.Today().Bytes(), Budget: a.cfg.Budget, Quiet: a.cfg.Quiet,
	}
}

// saw takes what a check saw, and wakes the timetables when the pace becomes quick by it. A pace that becomes slower
// needs nobody to wake.
func (a *Agent) saw(now time.Time, network measurement.Network, target int, records []measurement.Record) {
	before, _ := plan.PaceOf(a.conditions(now))
	a.tempo.mu.Lock()
	a.tempo.alert.Saw(now, network, target, records)
	a.tempo.mu.Unlock()
	if after, _ := plan.PaceOf(a.conditions(now)); after == plan.Quick && before != plan.Quick {
		a.tempo.turn()
	}
}
