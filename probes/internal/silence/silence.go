// Package silence keeps a probe silent for as long as its volunteer asked, whatever the machine's clock does meanwhile.
//
// While the program runs, what was asked for must have passed by a clock that nobody sets, and by the machine's clock
// as well unless that was set back to before the asking. Through a restart the disk knows from when to when by the
// machine's clock: one that shows an earlier time than that ends nothing. Where it is in doubt, silence lasts longer.
package silence

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
)

// Longest bounds a silence. A probe that should stay silent for longer is to be stopped.
const Longest = 30 * 24 * time.Hour

const (
	// glance is how often a clock that was set is noticed, so that the disk soon knows it, too.
	glance = time.Minute
	// apart is how far two clocks may be apart and count as the same.
	apart = 30 * time.Second
)

// Silence is whether a probe is to be silent: it sends nothing, to targets or gateways. Its methods may be called at
// any time.
type Silence struct {
	clock  clock.Clock
	steady func() time.Duration

	mu      sync.Mutex
	state   *os.Root // nil while no folder is known
	kept    bool     // the disk has what was asked last
	span    span     // zero when nothing is asked
	over    time.Duration
	adrift  bool          // read from the disk, when the clock showed a time before it was asked for
	changed chan struct{} // closed when something else is asked
}

// New returns the silence of a probe to which nothing was said, by a clock.
func New(c clock.Clock) *Silence {
	steady := clock.Steady
	if _, own := c.(clock.System); !own { // one that runs at a pace of its own is set by nobody
		begin := c.Now()
		steady = func() time.Duration { return c.Now().Sub(begin) }
	}
	return &Silence{clock: c, steady: steady, kept: true, changed: make(chan struct{})}
}

// Ask asks for silence until a time, or, with one that has passed, ends it. Checks under way end by themselves. It
// fails when the time is too far away, or when the silence could not be kept on the disk; then it holds all the same,
// until the program ends.
func (s *Silence) Ask(until time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	length := until.Round(0).Sub(now)
	if length > Longest {
		return fmt.Errorf("a pause lasts %d days at most: to be silent for longer, stop the probe", Longest/(24*time.Hour))
	}
	s.set(now, length)
	close(s.changed)
	s.changed = make(chan struct{})
	return s.sync()
}

// Until returns when the silence ends, by the machine's clock, or zero when there is none.
func (s *Silence) Until() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	left := s.left()
	if left <= 0 {
		return time.Time{}
	}
	end := s.now().Add(left)
	if end.Sub(s.span.until).Abs() < apart {
		return s.span.until
	}
	return end
}

// Wait returns once there is no silence, or with ctx's error.
func (s *Silence) Wait(ctx context.Context) error {
	for {
		s.mu.Lock()
		left, changed := s.left(), s.changed
		s.mu.Unlock()
		if left <= 0 || ctx.Err() != nil {
			return ctx.Err()
		}
		_ = clock.Rest(ctx, s.clock, min(left, glance), changed) // and then looked at anew
	}
}

// now is what the machine's clock shows.
func (s *Silence) now() time.Time { return s.clock.Now().Round(0) }

// set must be called with the lock held, as all below.
func (s *Silence) set(now time.Time, length time.Duration) {
	s.span, s.over, s.adrift, s.kept = span{}, 0, false, false
	if length > 0 {
		s.span, s.over = span{now, now.Add(length)}, s.steady()+length
	}
}

// left returns how long there is to be silence; nothing of it, or less, when there is none.
func (s *Silence) left() time.Duration {
	if s.span == (span{}) {
		return 0
	}
	now, steady := s.now(), s.steady()
	if s.adrift && !now.Before(s.span.from) {
		s.adrift, s.over = false, steady+s.span.until.Sub(now)
	}
	truly, shown := s.over-steady, s.span.until.Sub(now)
	switch {
	case s.adrift:
		shown = truly
	case truly > shown+apart, truly > 0 && now.Before(s.span.from.Add(-apart)):
		s.set(now, truly) // the clock was set: by the new one it lasts as long as by the old one
		shown = truly
	case now.Before(s.span.from.Add(-apart)):
		shown = truly
	}
	left := max(truly, shown)
	if left <= 0 {
		s.set(now, 0)
	}
	_ = s.sync() // a disk that takes nothing now is tried again at the next glance
	return left
}
