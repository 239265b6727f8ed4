//go:build !linux

package clock

import "time"

// steadySleeps: Go's monotonic clock stands still while some systems sleep.
const steadySleeps = true

func steady() time.Duration { return time.Since(begin) }

var begin = time.Now()
