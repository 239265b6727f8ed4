package clock_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
)

func TestSleep(t *testing.T) {
	for _, test := range []struct {
		name       string
		ask, ends  time.Duration // how long it asks to sleep, and after how long the context ends; zero: never
		want       time.Duration
		wantEnding error
	}{
		{"as long as asked", time.Hour, 0, time.Hour, nil},
		{"the context ends later", time.Hour, 2 * time.Hour, time.Hour, nil},
		{"the context ends first", time.Hour, time.Minute, time.Minute, context.DeadlineExceeded},
		{"no time", 0, 0, 0, nil},
		{"less than no time", -time.Hour, 0, 0, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if test.ends > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, test.ends)
					defer cancel()
				}
				begin := time.Now()
				err := clock.System{}.Sleep(ctx, test.ask)
				if slept := time.Since(begin); slept != test.want || !errors.Is(err, test.wantEnding) {
					t.Errorf("slept %s, %v; want %s, %v", slept, err, test.want, test.wantEnding)
				}
			})
		})
	}
}

func TestSleepEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- clock.System{}.Sleep(ctx, time.Hour) }()
		synctest.Wait()
		select {
		case err := <-done:
			t.Fatalf("it did not sleep: %v", err)
		default:
		}
		begin := time.Now()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) || time.Since(begin) != 0 {
			t.Errorf("it ended %s later with %v", time.Since(begin), err)
		}
		if err := (clock.System{}).Sleep(ctx, time.Hour); !errors.Is(err, context.Canceled) || time.Since(begin) != 0 {
			t.Errorf("after its context it slept %s, %v", time.Since(begin), err)
		}
	})
}

func TestNowIsTheMachines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := clock.System{}.Now()
		time.Sleep(time.Hour)
		if passed := (clock.System{}).Now().Sub(begin); passed != time.Hour {
			t.Errorf("in an hour %s passed", passed)
		}
	})
}
