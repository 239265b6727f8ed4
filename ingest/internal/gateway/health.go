package gateway

import (
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
)

// failingFor is how long a batch that Kafka did not acknowledge speaks against the gateway. A load balancer
// that has turned away sends no batch that could prove it well again, so that has to come by itself.
const failingFor = 30 * time.Second

// health remembers whether batches can be made durable. It is safe for concurrent use.
type health struct {
	failed atomic.Pointer[time.Time] // when Kafka last did not acknowledge; nil after it did
}

// note takes the outcome of publishing one batch. A batch that was never handed to Kafka says nothing of it.
func (h *health) note(err error, now time.Time) {
	switch {
	case errors.Is(err, bus.ErrOverloaded), errors.Is(err, bus.ErrTooLarge):
	case err != nil:
		h.failed.Store(&now)
	default:
		h.failed.Store(nil)
	}
}

func (h *health) ok(now time.Time) bool {
	failed := h.failed.Load()
	return failed == nil || now.Sub(*failed) >= failingFor
}

// getHealth fails while batches cannot be made durable, so that a load balancer looks elsewhere.
func (g *Gateway) getHealth(w http.ResponseWriter, _ *http.Request) {
	if !g.health.ok(time.Now()) {
		writeJSON(w, http.StatusServiceUnavailable, map[string]string{"status": "batches cannot be made durable"})
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}
