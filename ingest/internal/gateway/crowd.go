package gateway

import (
	"context"
	"hash/maphash"
	"net/netip"
	"time"

	"github.com/lamplight-net/lamplight/ingest/internal/ratelimit"
)

const (
	// What one line or one small network usually has. A sender can have more; keys are free, these are not.
	prefixBitsIPv4 = 24
	prefixBitsIPv6 = 56
	// maxPrefixes bounds what is remembered of where batches came from; at 50 bytes each, 5 MB.
	maxPrefixes = 100_000
	sweepEvery  = 10 * time.Second
)

// crowd limits the batches from each neighborhood of addresses. It remembers a neighborhood, and that only as
// a number made with a secret of this process, until its share is whole again, and at most sweepEvery longer.
type crowd struct {
	secret  maphash.Seed
	limiter *ratelimit.Limiter[uint64]
}

func newCrowd(rate ratelimit.Rate) *crowd {
	return &crowd{secret: maphash.MakeSeed(), limiter: ratelimit.New[uint64](rate, maxPrefixes)}
}

// allow counts one batch from addr. Callers whose address cannot be known are one neighborhood.
func (c *crowd) allow(addr netip.Addr, now time.Time) (wait time.Duration, ok bool) {
	return c.limiter.Allow(maphash.Comparable(c.secret, neighborhood(addr)), now)
}

// sweep forgets until ctx ends.
func (c *crowd) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			c.limiter.Forget(now)
		}
	}
}

func neighborhood(addr netip.Addr) netip.Prefix {
	bits := prefixBitsIPv6
	if addr.Is4() {
		bits = prefixBitsIPv4
	}
	prefix, err := addr.Prefix(bits)
	if err != nil { // an invalid address
		return netip.Prefix{}
	}
	return prefix
}
