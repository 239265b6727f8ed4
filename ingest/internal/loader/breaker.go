package loader

import "fmt"

// When too many messages can never be loaded, something other than the messages is wrong: a wrong key, a
// newer wire format, a bug. Then the rest must stay in the topic until somebody has looked.
const (
	maxInARow  = 100
	windowSize = 10_000 // messages over which the share is taken
	windowMin  = 1_000  // before so many, the share says little
	maxShare   = 0.01
)

// breaker counts the messages that failed for good among the last ones.
type breaker struct {
	inARow int
	window [windowSize]bool // ring: whether the message failed
	seen   int
	failed int // in the window
}

// note counts one message, and returns an error when loading must stop before it.
func (b *breaker) note(failed bool) error {
	at := &b.window[b.seen%windowSize]
	if *at {
		b.failed--
	}
	*at = failed
	b.seen++
	b.inARow++
	if failed {
		b.failed++
	} else {
		b.inARow = 0
	}
	if b.inARow >= maxInARow {
		return fmt.Errorf("the last %d messages can never be loaded", b.inARow)
	}
	if n := min(b.seen, windowSize); n >= windowMin && float64(b.failed) > maxShare*float64(n) {
		return fmt.Errorf("%d of the last %d messages can never be loaded", b.failed, n)
	}
	return nil
}
