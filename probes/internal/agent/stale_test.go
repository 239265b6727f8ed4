package agent_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/servertest"
)

// A list that expires while the probe runs is measured on. Each batch says whether it had expired when that batch was
// measured, and the network that was known before is known after.
func TestListExpiresWhileItRuns(t *testing.T) {
	gateway := servertest.NewGateway(t)
	cfg := country(t)
	cfg.Gateway = gateway.URL
	expires := cfg.Clock.Now().Add(20 * time.Minute)
	cfg.Stale = func(at time.Time) bool { return at.After(expires) }
	run(t, cfg, func() bool {
		batches := gateway.Batches()
		return len(batches) > 0 && batches[len(batches)-1].Header.PlanStale
	})
	fresh := 0
	for _, b := range gateway.Batches() {
		if b.Header.Network.Country != "XL" {
			t.Errorf("a batch is from %s", b.Header.Network.Country)
		}
		if !b.Header.PlanStale {
			fresh++
		}
		for _, line := range b.Lines {
			// A look is of the list as it stood when the look began.
			if at := line.Record.MeasuredAt; at.After(expires.Add(2*time.Minute)) && !b.Header.PlanStale || at.Before(expires) && b.Header.PlanStale {
				t.Errorf("measured %v after the list expired, and stale is %t", at.Sub(expires), b.Header.PlanStale)
			}
		}
	}
	if fresh == 0 {
		t.Error("every batch is of a list that had expired")
	}
}

// A list that expires in the middle of a look is no other network.
func TestListExpiresDuringALook(t *testing.T) {
	gateway := servertest.NewGateway(t)
	cfg := country(t)
	cfg.Gateway = gateway.URL
	var asked atomic.Int32
	cfg.Stale = func(time.Time) bool { return asked.Add(1)%2 == 0 } // a look that asks twice is told both
	run(t, cfg, func() bool { return len(gateway.Batches()) >= 4 })
	for _, b := range gateway.Batches() {
		if b.Header.Network.Country != "XL" {
			t.Errorf("a batch is from %s", b.Header.Network.Country)
		}
	}
}
