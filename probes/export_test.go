package probes

import (
	"net/netip"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/guard"
)

// Hasty returns settings by which a probe asks for lists as soon as it starts.
func Hasty(c RunConfig) RunConfig {
	c.asksWithin = time.Millisecond
	return c
}

// Home returns settings by which a probe looks at nothing that is not on this machine.
func Home(c RunConfig) RunConfig {
	here, err := guard.ForLab(netip.MustParsePrefix("127.20.0.0/16"), netip.MustParseAddr("127.20.0.9"))
	if err != nil {
		panic(err) // which it cannot
	}
	c.guard = here
	return c
}
