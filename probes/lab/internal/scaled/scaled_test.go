package scaled

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
)

var _ clock.Clock = (*Clock)(nil)

func TestClockRunsFastUntilItHasCaughtUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now().Add(-1000 * time.Second)
		c, err := New(begin, 101)
		if err != nil {
			t.Fatal(err)
		}
		expect := func(want time.Duration) {
			t.Helper()
			if got := c.Now().Sub(begin); got != want {
				t.Errorf("shows begin + %s, want + %s", got, want)
			}
		}
		time.Sleep(500 * time.Second) // not started: it stands, while the machine's clock goes on to 1500 s
		expect(0)
		c.Start()
		c.Start()
		expect(0)
		time.Sleep(3 * time.Second)
		expect(303 * time.Second)
		time.Sleep(12 * time.Second) // 15 s at 101 is 1515 s: with the machine
		expect(1515 * time.Second)
		time.Sleep(10 * time.Second) // and at its pace from here on
		expect(1525 * time.Second)
	})
}

func TestSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now().Add(-1000 * time.Second)
		c, err := New(begin, 101)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			time.Sleep(time.Second)
			c.Start()
		}()
		real := time.Now()
		for _, step := range []struct{ lab, machine time.Duration }{
			{202 * time.Second, 3 * time.Second}, // one of them before the start
			{-time.Second, 0},
			{808 * time.Second, 8 * time.Second}, // begin + 1010 s, one second short of the machine
			{2 * time.Second, time.Second},       // catches up on the way
			{7 * time.Second, 7 * time.Second},
		} {
			before := time.Now()
			if err := c.Sleep(t.Context(), step.lab); err != nil {
				t.Fatal(err)
			}
			if got := time.Since(before).Round(time.Millisecond); got != step.machine {
				t.Errorf("%s of the lab's time took %s after %s, want %s", step.lab, got, before.Sub(real), step.machine)
			}
		}
	})
}

// A change of pace neither jumps nor loses time, and reaches those who sleep.
func TestPaceChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now().Add(-1000 * time.Second)
		c, err := New(begin, 100)
		if err != nil {
			t.Fatal(err)
		}
		c.Run(50) // before the start, too
		c.Start()
		woke := make(chan time.Time)
		go func() {
			if err := c.SleepUntil(t.Context(), begin.Add(200*time.Second)); err != nil {
				t.Error(err)
			}
			woke <- time.Now()
		}()
		real := time.Now()
		time.Sleep(2 * time.Second)
		c.Run(10)
		time.Sleep(5 * time.Second)
		if got := c.Now().Sub(begin); got != 150*time.Second {
			t.Errorf("shows begin + %s after 2 s at 50 and 5 s at 10, want + 150 s", got)
		}
		c.Run(0)
		c.Run(1e6)
		c.Run(25)
		if took := (<-woke).Sub(real).Round(time.Millisecond); took != 9*time.Second {
			t.Errorf("begin + 200 s came after %s, want 9 s", took)
		}
		time.Sleep(40 * time.Second) // the machine stands at begin + 1049 s now
		c.Run(2)
		time.Sleep(10 * time.Second)
		if off := time.Until(c.Now()); off != 0 {
			t.Errorf("is %s off the machine's clock, with which it has caught up", off)
		}
	})
}

func TestSleepEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := New(time.Now().Add(-time.Hour), 60)
		if err != nil {
			t.Fatal(err)
		}
		for _, started := range []bool{false, true} {
			if started {
				c.Start()
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if err := c.Sleep(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("started %t: %v", started, err)
			}
			cancel()
		}
	})
}

func TestNewRefuses(t *testing.T) {
	past := time.Now().Add(-time.Hour)
	for name, try := range map[string]struct {
		begin time.Time
		scale float64
	}{
		"slower than life": {past, 0.5},
		"too fast":         {past, 1e6},
		"the future":       {time.Now().Add(time.Hour), 60},
	} {
		if _, err := New(try.begin, try.scale); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
