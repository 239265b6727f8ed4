package blackout

import (
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// A person runs the demo without any privilege, and continuous integration often runs as root: so the
// sockets are opened and steered on a thread that has given up every capability.
func TestNeedsNoPrivilege(t *testing.T) {
	g := NewGrid()
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
		var none [2]unix.CapUserData
		if err := unix.Capset(&header, &none[0]); err != nil {
			done <- err
			return
		}
		l, err := g.Listen(t.Context(), server)
		if err != nil {
			done <- err
			return
		}
		defer func() { _ = l.Close() }()
		done <- g.Cut(cut)
	}()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}
