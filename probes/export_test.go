package probes

import "time"

// Hasty returns settings by which a probe asks for lists as soon as it starts.
func Hasty(c RunConfig) RunConfig {
	c.asksWithin = time.Millisecond
	return c
}
