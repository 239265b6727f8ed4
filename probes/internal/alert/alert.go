// Package alert decides when so much changes that a probe should look more often.
//
// It should be awake at the onset and the end of a shutdown, and sleep through what changes by itself: a site that
// answers every second time, a plug that was pulled, a machine that was carried to another network, its own start. A
// line on which everything changes all the time earns quick looks slowly, and loses them as soon as they are used. The
// package keeps nothing but hashes and times in memory, and asks no clock.
package alert

import (
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/transition"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const (
	// fewest targets must change within plan.QuickFor to count, and one of so many of the list: one or two sites that
	// change by themselves are found on every list, and more of them on a longer one.
	fewest = 3
	oneOf  = 20
	// most is how long quick looks may go on without a rest, enough for the onset and the end of three events in a row.
	// It is earned again in earn times as long: four hours a day, however much changes.
	most = 2 * time.Hour
	earn = 6
)

// Alert remembers what changed. It is for one goroutine at a time.
type Alert struct {
	needed  int // targets that must change
	watch   *transition.Watch
	network measurement.Network
	recent  map[int]time.Time // when targets changed, by their numbers
	changed time.Time
	left    time.Duration // of most, at counted
	counted time.Time     // zero before the first change: by then all is earned
}

// New returns an alert that has seen nothing, for a plan with so many targets.
func New(targets int) *Alert {
	return &Alert{needed: max(fewest, (targets+oneOf-1)/oneOf), watch: transition.NewWatch(), recent: map[int]time.Time{}}
}

// Changed returns when so much last changed that it is worth quick looks for plan.QuickFor; zero for never.
func (a *Alert) Changed() time.Time { return a.changed }

// Saw takes the records of a check of a target, or of plan.Beat, that ended now on a network. Quick looks are
// worth it when other anchors answer than before, or when enough targets fare otherwise.
func (a *Alert) Saw(now time.Time, network measurement.Network, target int, records []measurement.Record) {
	if network != a.network {
		a.network, a.watch = network, transition.NewWatch()
		clear(a.recent)
	}
	if target == plan.Beat && unplugged(records) {
		return
	}
	change := a.watch.See(records)
	if change.Outcome {
		a.recent[target] = now
	}
	for target, at := range a.recent {
		if age := now.Sub(at); age < 0 || age >= plan.QuickFor {
			delete(a.recent, target)
		}
	}
	if !change.Reach && len(a.recent) < a.needed {
		return
	}
	clear(a.recent)
	a.spend(now)
}

// unplugged reports whether a beat says that the machine itself is off the network.
func unplugged(records []measurement.Record) bool {
	for _, r := range records {
		if r.Beat != nil && (r.Beat.Interface == measurement.InterfaceDown || r.Beat.Router == measurement.RouterNone) {
			return true
		}
	}
	return false
}

// spend lets quick looks go on from now, if enough of their time is left.
func (a *Alert) spend(now time.Time) {
	if passed := now.Sub(a.counted); passed > 0 {
		a.left = min(most, a.left+passed/earn)
	}
	a.counted = now
	cost := plan.QuickFor
	if since := now.Sub(a.changed); since >= 0 && since < plan.QuickFor {
		cost = since // as much longer as what is under way
	}
	if cost > a.left {
		return
	}
	a.left -= cost
	a.changed = now
}
