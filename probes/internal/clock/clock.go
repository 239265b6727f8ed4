// Package clock tells the probe what time it is and lets it wait.
//
// There are two clocks: the machine's, and the scaled one of the lab, on which a day passes in minutes.
// What a record says of *when* comes from the clock; how long a network took to answer, and how long to
// wait for it, is always the machine's own time.
package clock

import (
	"context"
	"time"
)

// Clock is a source of time.
type Clock interface {
	// Now returns the present time.
	Now() time.Time
	// Sleep waits for d of this clock's time, and returns ctx's error if ctx ends before.
	Sleep(ctx context.Context, d time.Duration) error
}

// System is the machine's clock.
type System struct{}

// Now returns the machine's time.
func (System) Now() time.Time { return time.Now() }

// Sleep waits for d, or until ctx ends.
func (System) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Rest sleeps for d of a clock's time, or until changed is closed, and returns ctx's error if ctx ends before.
func Rest(ctx context.Context, c Clock, d time.Duration, changed <-chan struct{}) error {
	resting, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		select {
		case <-changed:
			stop()
		case <-resting.Done():
		}
	}()
	_ = c.Sleep(resting, d)
	return ctx.Err()
}
