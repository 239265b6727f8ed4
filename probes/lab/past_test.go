package lab

import (
	"context"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// The past comes once, before the day, and says that nobody measured it; the day does not say so. Every
// batch comes from an address of the network that it names.
func TestPastComesBeforeTheDay(t *testing.T) {
	g := newGateway(t)
	l, err := New(Config{Scale: 300, HistoryDays: 1, Seed: 1}, t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	g.now = l.Now
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx, g.url) }()
	select {
	case <-l.Staged():
	case err := <-done:
		t.Fatalf("the lab ended before the day: %v", err)
	}
	past := g.deliveries()
	if err := l.SleepUntil(ctx, l.Begin().Add(30*time.Minute)); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("the lab did not stop cleanly: %v", err)
	}
	if len(past) < 60 {
		t.Errorf("%d batches of the past of 60 volunteers", len(past))
	}
	seen := make(map[measurement.BatchID]bool)
	for n, d := range g.deliveries() {
		if seen[d.batch.ID] {
			continue // a receipt that came too late has its batch sent again, as it should
		}
		seen[d.batch.ID] = true
		if isPast := n < len(past); d.batch.Header.Generated != isPast {
			t.Errorf("batch %d, of the past: %t, says generated: %t", n, isPast, d.batch.Header.Generated)
		}
		if home := networkOf(d.from.String()); home != d.batch.Header.Network.ASN {
			t.Errorf("a batch of AS%d came from %s, which is of AS%d", d.batch.Header.Network.ASN, d.from, home)
		}
	}
	if len(seen) <= len(past) {
		t.Error("nothing was delivered of the day")
	}
}

func networkOf(address string) uint32 {
	for _, n := range Networks() {
		if p := n.Prefix.Masked(); p.Contains(netip.MustParseAddr(address)) {
			return n.ASN
		}
	}
	return 0
}
