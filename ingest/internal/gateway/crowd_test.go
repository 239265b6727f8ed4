package gateway

import (
	"context"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lamplight-net/lamplight/ingest/internal/ratelimit"
)

func TestCrowd(t *testing.T) {
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name       string
		one, other string
		share      bool
	}{
		{"one line", "192.0.2.1", "192.0.2.1", true},
		{"neighbors", "192.0.2.1", "192.0.2.254", true},
		{"another network", "192.0.2.1", "192.0.3.1", false},
		{"IPv6 lines of one customer", "2001:db8:0:1200::1", "2001:db8:0:12ff::1", true},
		{"IPv6 customers", "2001:db8:0:1200::1", "2001:db8:0:1300::1", false},
		{"nobody knows", "", "", true},
		{"known and unknown", "", "192.0.2.1", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCrowd(ratelimit.Rate{Every: time.Minute, Burst: 1})
			one, _ := netip.ParseAddr(test.one)
			other, _ := netip.ParseAddr(test.other)
			if _, ok := c.allow(one, now); !ok {
				t.Fatal("the first is turned away")
			}
			if _, ok := c.allow(other, now); ok == test.share {
				t.Errorf("the other is taken: %v", ok)
			}
		})
	}
}

// Nobody is remembered for longer than it takes to turn somebody away.
func TestCrowdForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		c := newCrowd(ratelimit.Rate{Every: time.Second, Burst: 60})
		go c.sweep(ctx)
		for range 60 {
			c.allow(netip.MustParseAddr("192.0.2.1"), time.Now())
		}
		time.Sleep(time.Minute - sweepEvery)
		synctest.Wait()
		if c.limiter.Len() != 1 {
			t.Fatal("a neighborhood that is ahead was forgotten")
		}
		time.Sleep(2 * sweepEvery)
		synctest.Wait()
		if n := c.limiter.Len(); n != 0 {
			t.Errorf("%d neighborhoods are remembered beyond the window", n)
		}
	})
}
