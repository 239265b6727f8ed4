// Package scaled is the lab's clock, on which a day passes in minutes.
//
// The lab's day is already over: it begins in the past and runs fast until it has caught up with the
// machine's clock, with which it goes on at the ordinary pace. It never runs ahead of the machine, because
// a gateway takes no record from the future. How fast it runs may change on the way.
package scaled

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Clock is a clock that runs fast until it has caught up. It stands still until Start. It is safe for
// concurrent use.
type Clock struct {
	started chan struct{}

	mu      sync.Mutex
	scale   float64       // its seconds in one of the machine's
	shown   time.Time     // what the fast hand showed at since
	since   time.Time     // the machine's time of the last change of pace, with its monotonic reading
	changed chan struct{} // closes at the next change
}

const maxScale = 3600

// New returns a clock that shows begin, UTC. Once started it runs scale times as fast as the machine's.
func New(begin time.Time, scale float64) (*Clock, error) {
	if !allowed(scale) {
		return nil, fmt.Errorf("scale %g: must be from 1 to %d", scale, maxScale)
	}
	if begin.After(time.Now()) {
		return nil, fmt.Errorf("begin %s: must be in the past", begin.Format(time.RFC3339))
	}
	return &Clock{scale: scale, shown: begin.UTC(), started: make(chan struct{}), changed: make(chan struct{})}, nil
}

func allowed(scale float64) bool { return scale >= 1 && scale <= maxScale }

// Start sets the clock going. Later calls do nothing.
func (c *Clock) Start() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.going() {
		c.since = time.Now()
		close(c.started)
	}
}

// Run makes the clock go scale times as fast as the machine's from now on. Whoever sleeps sleeps longer or
// shorter for it. A scale that New would refuse changes nothing.
func (c *Clock) Run(scale float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if scale == c.scale || !allowed(scale) {
		return
	}
	if c.going() {
		now := time.Now()
		c.shown, c.since = c.at(now), now
	}
	c.scale = scale
	close(c.changed)
	c.changed = make(chan struct{})
}

// going reports whether the clock was started. The caller holds mu, or does not care for a start just now.
func (c *Clock) going() bool {
	select {
	case <-c.started:
		return true
	default:
		return false
	}
}

// Now returns the lab's time, UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.going() {
		return c.shown
	}
	return c.at(time.Now())
}

// at returns what the clock shows at a moment of the machine's.
func (c *Clock) at(now time.Time) time.Time {
	elapsed := now.Sub(c.since)
	fast := c.shown.Add(time.Duration(float64(elapsed) * c.scale))
	machine := c.since.Round(0).Add(elapsed).UTC()
	if machine.Before(fast) {
		return machine
	}
	return fast
}

// Sleep waits for d of the lab's time, and returns ctx's error if ctx ends before.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	return c.SleepUntil(ctx, c.Now().Add(d))
}

// SleepUntil waits until the clock shows t, and returns ctx's error if ctx ends before.
func (c *Clock) SleepUntil(ctx context.Context, t time.Time) error {
	select {
	case <-c.started:
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		wait, changed := c.until(t)
		if done, err := rest(ctx, wait, changed); done {
			return err
		}
	}
}

// rest waits, and reports whether that is all, or the pace has changed on the way.
func rest(ctx context.Context, wait time.Duration, changed <-chan struct{}) (done bool, err error) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true, nil
	case <-ctx.Done():
		return true, ctx.Err()
	case <-changed:
		return false, nil
	}
}

// until returns how long the machine has to wait until the clock shows t, the later of the moments at
// which the fast hand and the machine's clock do, and what closes when that is no longer true.
func (c *Clock) until(t time.Time) (time.Duration, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fast := time.Duration(float64(t.Sub(c.shown)) / c.scale)
	machine := t.Sub(c.since.Round(0))
	return max(fast, machine) - time.Since(c.since), c.changed
}
