package loader

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/lamplight-net/lamplight/ingest/internal/batchtest"
)

// When too many messages can never be loaded, the loader stops and says so, also while a block before them
// waits for a ClickHouse that is away.
func TestBreakerStopsTheLoaderWhileClickHouseIsAway(t *testing.T) {
	s, w := newStation(t, Config{BlockRows: 1, BlockWait: time.Millisecond})
	w.cut()
	s.publish(t, sealed(batchtest.NewProbe(t, 1).Batch(t, time.Now(), 2)))
	s.publish(t, junk(maxInARow)...)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err := s.loader.Run(ctx)
	if err == nil || !strings.Contains(err.Error(), "the last 100 messages can never be loaded") {
		t.Fatalf("Run returned %v", err)
	}
	if !strings.Contains(s.log.String(), "loader stops") || !strings.Contains(s.log.String(), "can never be loaded") {
		t.Errorf("the log says nothing of it:\n%s", s.log)
	}
	if n := testutil.ToFloat64(s.loader.metrics.blocks); n != 0 {
		t.Errorf("%v blocks counted as written", n)
	}
}
