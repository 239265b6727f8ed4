package loader

import (
	"context"
	"sync"
)

// ahead counts the bytes that were decoded ahead of the block. It is for one goroutine that waits, and any
// number of others.
//
// Only who takes more messages waits for room, not who decodes them: were room given to a later message than
// the one that the block needs next, neither could go on. So what is held can pass the limit by what was being
// decoded at that time, which is a message for each processor.
type ahead struct {
	limit int64

	mu    sync.Mutex
	held  int64
	freed chan struct{} // holds a token when room may have come
}

func newAhead(limit int64) *ahead { return &ahead{limit: limit, freed: make(chan struct{}, 1)} }

// wait returns when less than the limit is held, or with ctx's error.
func (a *ahead) wait(ctx context.Context) error {
	for a.bytes() >= a.limit {
		select {
		case <-a.freed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// hold takes room, or gives it back where n is negative.
func (a *ahead) hold(n int64) {
	a.mu.Lock()
	a.held += n
	a.mu.Unlock()
	select {
	case a.freed <- struct{}{}:
	default:
	}
}

func (a *ahead) bytes() int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.held
}
