package agent

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
)

// toldClock is a clock that a gateway may put right where it cannot be believed.
type toldClock struct {
	clock.Clock
	ahead atomic.Int64 // nanoseconds to add
}

// Now implements clock.Clock.
func (c *toldClock) Now() time.Time { return c.Clock.Now().Add(time.Duration(c.ahead.Load())) }

// believable reports whether the time can be right. A clock that can be believed by itself again needs no gateway's
// word any more.
func (c *toldClock) believable(past time.Time) bool {
	if c.ahead.Load() != 0 && clock.Believable(c.Clock.Now(), past) {
		c.ahead.Store(0)
	}
	return clock.Believable(c.Now(), past)
}

// set makes the clock show a time now.
func (c *toldClock) set(now time.Time) { c.ahead.Store(int64(now.Sub(c.Clock.Now()))) }

// learn finds out what must be known before anything can be kept: to whom to seal, and what time it is.
func (s *session) learn(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, learnTimeout)
	defer cancel()
	key, err := s.pin.Key(ctx)
	if err != nil {
		return // it is asked for again
	}
	if s.sealTo(key) != nil || s.clock.believable(s.box.Past()) {
		return
	}
	if now, err := s.client.Time(ctx, key); err == nil {
		s.clock.set(now)
		s.box.Told(now)
		s.cfg.Log.Warn("the machine's clock cannot be right: the gateway's time is used", "off_by", now.Sub(s.cfg.Clock.Now()).Round(time.Minute))
	}
}
