package clock

import (
	"time"

	"golang.org/x/sys/unix"
)

// steadySleeps: CLOCK_BOOTTIME counts on while the machine sleeps.
const steadySleeps = false

func steady() time.Duration {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &now); err != nil {
		return time.Since(begin) // a kernel without it is older than this program
	}
	return time.Duration(now.Nano())
}

var begin = time.Now()
