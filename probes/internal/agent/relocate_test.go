package agent

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/silence"
)

// On a link of which no gateway says where it leads, it is asked less and less often; on the next link, soon.
func TestRelocateBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var link atomic.Value
		link.Store("away")
		cfg := Config{Uplink: func() string { return link.Load().(string) }, Silence: silence.New(clock.System{})}
		s := &session{cfg: cfg, agent: &Agent{cfg: cfg}, clock: &toldClock{Clock: clock.System{}}, moved: make(chan struct{}, 1)}
		var asked []time.Time
		ctx, stop := context.WithCancel(t.Context())
		go s.relocate(ctx, func(context.Context) bool { asked = append(asked, time.Now()); return false })
		pass := func(d time.Duration) (times []time.Time) {
			before := len(asked)
			for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(time.Second) {
				_ = s.currentNetwork() // as every check does
			}
			synctest.Wait()
			return asked[before:]
		}
		soon := pass(21 * time.Second)
		if len(soon) < 2 {
			t.Errorf("asked %d times within 21 s", len(soon))
		}
		if later := pass(6 * time.Hour); len(later) < 60 || len(later) > 250 {
			t.Errorf("asked %d times in six hours", len(later))
		}
		link.Store("further away")
		if next := pass(21 * time.Second); len(next) == 0 {
			t.Error("on another link it is not asked soon")
		}
		for i := 1; i < len(asked); i++ {
			if wait := asked[i].Sub(asked[i-1]); wait < relocateEvery {
				t.Errorf("asked again after %v", wait)
			}
		}
		stop()
		synctest.Wait()
	})
}
