package agent

import (
	"context"
	"math/rand/v2"
	"time"
)

// learnTimeout keeps an absent gateway from holding anything up.
const learnTimeout = 15 * time.Second

// seal closes batches, every SealEvery give or take a tenth, until ctx ends. The first comes early by a random part, so
// that probes which started together do not deliver together.
func (s *session) seal(ctx context.Context) {
	every := s.cfg.SealEvery
	wait := rand.N(every)
	for s.clock.Sleep(ctx, wait) == nil {
		s.agent.remember(s.state)
		if s.cfg.Silence.Wait(ctx) != nil {
			return
		}
		s.where(ctx)
		s.emptyRoom()
		s.box.Tidy()
		if err := s.box.Seal(); err != nil {
			s.cfg.Log.Error("a batch could not be closed: check that the disk has room and the state folder is writable")
		}
		wait = every*9/10 + rand.N(every/5+1)
	}
}
