package web

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// However many ask, the database is asked once in a while, and one that fails or is well again is noticed.
func TestHealthAsksSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h health
		var looks atomic.Int32
		away := errors.New("away")
		state := error(nil)
		look := func() error { looks.Add(1); return state }
		ask := func(want error, total int32) {
			t.Helper()
			var callers sync.WaitGroup
			for range 100 {
				callers.Go(func() {
					if err := h.check(look); !errors.Is(err, want) {
						t.Errorf("it says %v, not %v", err, want)
					}
				})
			}
			callers.Wait()
			if n := looks.Load(); n != total {
				t.Errorf("the database was asked %d times, not %d", n, total)
			}
		}
		ask(nil, 1)
		state = away
		time.Sleep(healthFor - time.Nanosecond)
		ask(nil, 1)
		time.Sleep(time.Nanosecond)
		ask(away, 2)
		state = nil
		time.Sleep(healthFor)
		ask(nil, 3)
	})
}
