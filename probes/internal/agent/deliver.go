package agent

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
)

const (
	// learnTimeout keeps an absent gateway from holding anything up.
	learnTimeout = 15 * time.Second
	// relocateEvery is how soon a gateway that did not answer is asked again which network this is, in machine time.
	relocateEvery = 10 * time.Second
)

// seal closes batches, every SealEvery give or take a tenth, until ctx ends. The first comes early by a random part, so
// that probes which started together do not deliver together.
func (s *session) seal(ctx context.Context) {
	every := s.cfg.SealEvery
	wait := rand.N(every)
	for s.clock.Sleep(ctx, wait) == nil {
		s.agent.remember(s.state)
		if s.agent.silence.Wait(ctx) != nil {
			return
		}
		s.learn(ctx)
		s.locate(ctx)
		s.emptyRoom()
		s.box.Tidy()
		if err := s.box.Seal(); err != nil {
			s.cfg.Log.Error("a batch could not be closed: check that the disk has room and the state folder is writable")
		}
		wait = every*9/10 + rand.N(every/5+1)
	}
}

// relocate asks where this is whenever a check found the machine on another link, until ctx ends.
func (s *session) relocate(ctx context.Context) {
	for {
		select {
		case <-s.moved:
		case <-ctx.Done():
			return
		}
		if s.agent.silence.Wait(ctx) != nil {
			return
		}
		s.learn(ctx)
		s.locate(ctx)
		if (clock.System{}).Sleep(ctx, relocateEvery) != nil {
			return
		}
	}
}
