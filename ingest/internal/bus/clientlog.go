package bus

import (
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// clientLogEvery bounds how often kafka-go may complain: a broker that is away produces a line per
// attempt and partition.
const clientLogEvery = 10 * time.Second

// clientLog takes kafka-go's error messages to slog, at a limited rate.
type clientLog struct {
	log  *slog.Logger
	side string

	mu         sync.Mutex
	last       time.Time
	suppressed int
}

func newClientLog(log *slog.Logger, side string) *clientLog { return &clientLog{log: log, side: side} }

// Printf implements kafka.Logger.
func (c *clientLog) Printf(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if now.Sub(c.last) < clientLogEvery {
		c.suppressed++
		return
	}
	c.log.Warn("kafka client reported an error", "side", c.side, "detail", fmt.Sprintf(format, args...), "suppressed", c.suppressed)
	c.last, c.suppressed = now, 0
}
