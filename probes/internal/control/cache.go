package control

import (
	"context"
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// cache keeps what was seen for a while. Whoever asks for something that is being looked at waits for that look.
type cache struct {
	ttl time.Duration
	max int

	mu      sync.Mutex
	entries map[string]*entry
}

type entry struct {
	done    chan struct{}
	records []measurement.Record
	at      time.Time // when it was done; zero while it is not
}

func newCache(ttl time.Duration, most int) *cache {
	return &cache{ttl: ttl, max: most, entries: map[string]*entry{}}
}

// get returns what is known of key, or calls look, once for all who ask. May, when something has to be looked at, says
// whether it may be; if not, there is nothing. It also returns nothing when ctx ends first.
func (c *cache) get(ctx context.Context, key string, may func() bool, look func(context.Context) []measurement.Record) (records []measurement.Record, fresh bool) {
	c.mu.Lock()
	e := c.entries[key]
	if e == nil || !e.at.IsZero() && time.Since(e.at) > c.ttl {
		if !c.room() || !may() {
			c.mu.Unlock()
			return nil, false
		}
		e = &entry{done: make(chan struct{})}
		c.entries[key] = e
		fresh = true
		going := context.WithoutCancel(ctx) // when whoever asked first has gone, for the others
		go func() {
			records := look(going)
			c.mu.Lock()
			defer c.mu.Unlock()
			e.records, e.at = records, time.Now()
			if records == nil {
				delete(c.entries, key) // it did not come to a look
			}
			close(e.done)
		}()
	}
	c.mu.Unlock()
	select {
	case <-e.done:
		return e.records, fresh
	case <-ctx.Done():
		return nil, fresh
	}
}

// room makes room for one entry more, and reports whether there is some. What is under way is never dropped.
func (c *cache) room() bool {
	if len(c.entries) < c.max {
		return true
	}
	for key, e := range c.entries {
		if !e.at.IsZero() && time.Since(e.at) > c.ttl {
			delete(c.entries, key)
		}
	}
	for key, e := range c.entries {
		if len(c.entries) < c.max {
			break
		}
		if !e.at.IsZero() {
			delete(c.entries, key)
		}
	}
	return len(c.entries) < c.max
}
