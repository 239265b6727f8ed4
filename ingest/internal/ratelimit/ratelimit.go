// Package ratelimit says when something may happen again, so that one sender cannot take what is meant for
// all. It counts in memory, for one process, and forgets when it would have to remember too much: a limit
// that is briefly too generous harms less than one that turns honest senders away.
package ratelimit

import (
	"sync"
	"time"
)

// Rate allows Burst events at once and Every so often one more.
type Rate struct {
	Every time.Duration
	Burst int
}

// Limiter limits each key by itself. It is safe for concurrent use.
type Limiter[K comparable] struct {
	rate    Rate
	maxKeys int

	mu sync.Mutex
	// due holds, for each key, when its next event would be due if events came evenly (the theoretical
	// arrival time of the generic cell rate algorithm, ITU-T I.371). A key not in it is not ahead.
	due map[K]time.Time
}

// New returns a limiter that remembers at most maxKeys keys.
func New[K comparable](rate Rate, maxKeys int) *Limiter[K] {
	return &Limiter[K]{rate: rate, maxKeys: maxKeys, due: map[K]time.Time{}}
}

// Allow reports whether an event of key may happen at now and, if so, counts it. Otherwise wait says how
// long until one may.
func (l *Limiter[K]) Allow(key K, now time.Time) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	due := l.due[key]
	if due.Before(now) {
		due = now
	}
	ahead := due.Sub(now) - time.Duration(l.rate.Burst-1)*l.rate.Every
	if ahead > 0 {
		return ahead, false
	}
	if _, known := l.due[key]; !known && len(l.due) >= l.maxKeys {
		l.makeRoom(now)
	}
	l.due[key] = due.Add(l.rate.Every)
	return 0, true
}

// Forget drops the keys that are not ahead at now: nothing is owed by them.
func (l *Limiter[K]) Forget(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forget(now)
}

// Len returns how many keys are remembered.
func (l *Limiter[K]) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.due)
}

func (l *Limiter[K]) forget(now time.Time) {
	for key, due := range l.due {
		if !due.After(now) {
			delete(l.due, key)
		}
	}
}

// makeRoom drops the keys that are not ahead, or all of them when that is not enough.
func (l *Limiter[K]) makeRoom(now time.Time) {
	l.forget(now)
	if len(l.due) > l.maxKeys/2 {
		clear(l.due)
	}
}
