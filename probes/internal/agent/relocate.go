package agent

import (
	"context"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/upload"
)

// relocateEvery is how soon a gateway may be asked again which network this is, in machine time.
const relocateEvery = 10 * time.Second

// relocateBackoff is the wait beyond it while no gateway says. Where a gateway is away, all who came to another network
// since ask, and each question is a handshake. After five minutes the next batch is closed, and then it is asked anyway.
var relocateBackoff = upload.Backoff{Base: relocateEvery, Max: DefaultSealEvery}

// where finds out what a gateway must say, and reports whether the network of this link is known.
func (s *session) where(ctx context.Context) bool {
	s.learn(ctx)
	return s.locate(ctx)
}

// relocate asks where this is whenever a check found the machine on another link, until ctx ends.
func (s *session) relocate(ctx context.Context, where func(context.Context) bool) {
	failures := 0
	for {
		select {
		case <-s.moved:
		case <-ctx.Done():
			return
		}
		if s.cfg.Silence.Wait(ctx) != nil {
			return
		}
		link, wait := s.cfg.Uplink(), relocateEvery
		if where(ctx) {
			failures = 0
		} else {
			failures++
			wait += relocateBackoff.Wait(failures)
		}
		for ; wait > 0; wait -= relocateEvery {
			if (clock.System{}).Sleep(ctx, min(wait, relocateEvery)) != nil {
				return
			}
			if s.cfg.Uplink() != link {
				failures = 0 // of a link that is gone
				break
			}
		}
	}
}
