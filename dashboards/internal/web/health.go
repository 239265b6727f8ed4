package web

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/dashboards/internal/publish"
)

// healthFor is how long an answer of the database stands for others: balancers ask every few seconds, anybody else as
// often as they like.
const healthFor = 3 * time.Second

// health remembers whether the database answered. It is safe for concurrent use.
type health struct {
	mu    sync.Mutex
	asked time.Time
	err   error
}

// check returns what was found lately, or looks. Whoever comes meanwhile waits for the same look.
func (h *health) check(look func() error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.asked.IsZero() || time.Since(h.asked).Abs() >= healthFor {
		h.err = look()
		h.asked = time.Now()
	}
	return h.err
}

func (s *Site) healthy(w http.ResponseWriter, r *http.Request) error {
	err := s.health.check(func() error {
		// Many rest on this look, so it does not end because one of them went away.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), patience)
		defer cancel()
		_, err := s.shelf.List(ctx, publish.Query{Limit: 1})
		return err
	})
	if err != nil {
		return fmt.Errorf("check health: %w", err)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err = w.Write([]byte("ok\n"))
	return err
}
