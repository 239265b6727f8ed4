package loader

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lamplight-net/lamplight/ingest/internal/batchtest"
	"github.com/lamplight-net/lamplight/ingest/internal/bus"
)

func TestAheadWaitsForRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAhead(100)
		if err := a.wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		a.hold(60)
		a.hold(60) // two were being decoded at a time
		waited := make(chan error, 1)
		go func() { waited <- a.wait(t.Context()) }()
		synctest.Wait()
		select {
		case err := <-waited:
			t.Fatalf("more is taken while %d bytes of 100 are held: %v", a.bytes(), err)
		default:
		}
		a.hold(-60)
		if err := <-waited; err != nil {
			t.Error(err)
		}
		a.hold(60)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := a.wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("without room: %v", err)
		}
	})
}

// However little may be held, all of it gets through, and nothing stays held.
func TestLittleRoomIsEnough(t *testing.T) {
	s, _ := newStation(t, Config{BlockRows: 50, BlockWait: time.Millisecond})
	s.loader.ahead = newAhead(1)
	const batches = 50
	var messages []bus.Message
	for i := range batches {
		messages = append(messages, sealed(batchtest.NewProbe(t, uint64(i)).Batch(t, time.Now(), 10)))
	}
	s.publish(t, messages...)
	s.load(t, func() bool { return s.count(t, "SELECT count() AS n FROM v_batches") == batches })
	if held := s.loader.ahead.bytes(); held != 0 {
		t.Errorf("%d bytes are still held", held)
	}
}
