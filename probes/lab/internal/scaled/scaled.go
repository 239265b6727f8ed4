// Package scaled is the lab's clock, on which a day passes in minutes.
//
// The lab's day is already over: it begins in the past and runs fast until it has caught up with the
// machine's clock, with which it goes on at the ordinary pace. It never runs ahead of the machine, because
// a gateway takes no record from the future.
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
	begin time.Time // what it shows when it starts
	scale float64   // its seconds in one of the machine's

	started chan struct{}
	once    sync.Once
	origin  time.Time // the machine's time of Start, with its monotonic reading; set before started closes
}

// New returns a clock that shows begin, UTC. Once started it runs scale times as fast as the machine's.
func New(begin time.Time, scale float64) (*Clock, error) {
	if !(scale >= 1 && scale <= 3600) {
		return nil, fmt.Errorf("scale %g: must be from 1 to 3600", scale)
	}
	if begin.After(time.Now()) {
		return nil, fmt.Errorf("begin %s: must be in the past", begin.Format(time.RFC3339))
	}
	return &Clock{begin: begin.UTC(), scale: scale, started: make(chan struct{})}, nil
}

// Start sets the clock going. Later calls do nothing.
func (c *Clock) Start() {
	c.once.Do(func() {
		c.origin = time.Now()
		close(c.started)
	})
}

// Now returns the lab's time, UTC.
func (c *Clock) Now() time.Time {
	select {
	case <-c.started:
	default:
		return c.begin
	}
	elapsed := time.Since(c.origin)
	fast := c.begin.Add(time.Duration(float64(elapsed) * c.scale))
	machine := c.origin.Round(0).Add(elapsed).UTC()
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
	timer := time.NewTimer(c.until(t))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// until returns how long the machine has to wait until the clock shows t: the later of the moments at
// which the fast hand and the machine's clock do.
func (c *Clock) until(t time.Time) time.Duration {
	fast := time.Duration(float64(t.Sub(c.begin)) / c.scale)
	machine := t.Sub(c.origin.Round(0))
	return max(fast, machine) - time.Since(c.origin)
}
