//go:build unix

package outbox_test

import (
	"fmt"
	"os/signal"
	"syscall"
	"testing"
)

// fillDisk makes every file end at so many bytes, as a disk does that has no more room: writes come to a stop in
// the middle. The kernel does it (RLIMIT_FSIZE), so that nothing needs to stand in for a disk.
func fillDisk(t *testing.T, _ string, bytes string) bool {
	t.Helper()
	if bytes == "" {
		return false
	}
	var limit uint64
	if _, err := fmt.Sscan(bytes, &limit); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
		t.Fatal(err)
	}
	return true
}
