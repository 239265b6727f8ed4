package upload

import (
	"math/rand/v2"
	"time"
)

// Backoff says how long to wait before trying again: full jitter, so that probes which lost a gateway
// together do not come back together (Marc Brooker, "Exponential Backoff and Jitter", 2015).
type Backoff struct {
	Base time.Duration // upper bound of the first wait
	Max  time.Duration // upper bound of any wait
}

// DefaultBackoff reaches a quarter of an hour after ten failures.
func DefaultBackoff() Backoff { return Backoff{Base: 2 * time.Second, Max: 15 * time.Minute} }

// Wait returns a random wait after so many failures in a row: between zero and Base doubled for every
// failure after the first, at most Max.
func (b Backoff) Wait(failures int) time.Duration {
	bound := b.Base
	for range failures - 1 {
		if bound >= b.Max {
			break
		}
		bound *= 2
	}
	return rand.N(min(bound, b.Max) + 1)
}
