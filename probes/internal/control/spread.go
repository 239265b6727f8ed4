package control

import (
	"net/netip"
	"sync"
	"time"
)

const (
	// foundFor is how long an address is known that a name led to.
	foundFor = 24 * time.Hour
	maxFound = 100_000 // addresses that are known: some 10 MB
)

// spread bounds where names and redirects lead. Who owns a name can lead it to any address, and a made-up one below it to
// the next: to try a network's addresses one after the other takes new ones, and to press on one takes many connections. A
// site's own addresses are few, and stay.
type spread struct {
	fresh, all *limiter[netip.Prefix]

	mu    sync.Mutex
	found map[netip.Addr]time.Time
}

func newSpread(fresh, all Rate) *spread {
	s := &spread{
		fresh: newLimiter[netip.Prefix](fresh, maxKeys), all: newLimiter[netip.Prefix](all, maxKeys),
		found: map[netip.Addr]time.Time{},
	}
	s.fresh.keeps, s.all.keeps = true, true
	return s
}

// allow reports whether a connection to an address may begin at now, and counts it if so.
func (s *spread) allow(to netip.Addr, now time.Time) bool {
	to = to.Unmap().WithZone("")
	if _, ok := s.all.allow(network(to), 1, now); !ok {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, known := s.found[to]; known && now.Sub(at) < foundFor {
		return true
	}
	if _, ok := s.fresh.allow(network(to), 1, now); !ok {
		s.all.undo(network(to))
		return false
	}
	if len(s.found) >= maxFound {
		for address, at := range s.found {
			if now.Sub(at) >= foundFor {
				delete(s.found, address)
			}
		}
		if len(s.found) >= maxFound {
			clear(s.found) // they are found again, as new ones are
		}
	}
	s.found[to] = now
	return true
}
