package control

import (
	"net/netip"
	"sync"
	"time"
)

// Rate allows Burst events at once and one more every Every.
type Rate struct {
	Every time.Duration
	Burst int
}

// limiter limits each key by itself (the generic cell rate algorithm, ITU-T I.371). When it would have to remember
// too many keys it forgets those that are not ahead, and then all: a limit that is briefly too generous harms less
// than one that turns honest callers away. One that keeps refuses new keys instead: what it guards are others.
type limiter[K comparable] struct {
	rate    Rate
	maxKeys int
	keeps   bool

	mu   sync.Mutex
	due  map[K]time.Time
	full time.Time // no key can be forgotten before
}

func newLimiter[K comparable](rate Rate, maxKeys int) *limiter[K] {
	return &limiter[K]{rate: rate, maxKeys: maxKeys, due: map[K]time.Time{}}
}

// allow reports whether n events of a key may happen at now, and counts them if so. Otherwise wait says how long
// until they may.
func (l *limiter[K]) allow(key K, n int, now time.Time) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	due := l.due[key]
	if due.Before(now) {
		due = now
	}
	due = due.Add(time.Duration(n) * l.rate.Every)
	if ahead := due.Sub(now) - time.Duration(l.rate.Burst)*l.rate.Every; ahead > 0 {
		return ahead, false
	}
	if _, known := l.due[key]; !known && len(l.due) >= l.maxKeys {
		l.forget(now)
		if len(l.due) >= l.maxKeys {
			if l.keeps {
				return l.full.Sub(now), false
			}
			clear(l.due)
		}
	}
	l.set(key, due)
	return 0, true
}

// forget lets go of the keys that are not ahead. It reads them all no sooner than one of them can be such.
func (l *limiter[K]) forget(now time.Time) {
	if now.Before(l.full) {
		return
	}
	l.full = now.Add(time.Duration(l.rate.Burst) * l.rate.Every)
	for old, at := range l.due {
		switch {
		case !at.After(now):
			delete(l.due, old)
		case at.Before(l.full):
			l.full = at
		}
	}
}

// undo takes back an event that was allowed, and did not happen.
func (l *limiter[K]) undo(key K) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if due, known := l.due[key]; known {
		l.set(key, due.Add(-l.rate.Every))
	}
}

func (l *limiter[K]) set(key K, due time.Time) {
	l.due[key] = due
	if due.Before(l.full) {
		l.full = due
	}
}

// network is the network that counts as one: callers and addresses within it are somebody's together.
func network(a netip.Addr) netip.Prefix {
	a = a.Unmap()
	bits := 24
	if a.Is6() {
		bits = 48
	}
	p, err := a.WithZone("").Prefix(bits)
	if err != nil {
		return netip.Prefix{} // of an address that is none: they share one limit
	}
	return p
}
