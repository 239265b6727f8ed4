//go:build unix

package lock

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// Take takes the lock of a name in the state folder until the process ends or unlock is called. It does not wait:
// a lock that somebody has is ErrHeld.
func Take(state *os.Root, name string) (unlock func() error, err error) {
	file, err := state.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(reason(err), file.Close())
	}
	return file.Close, nil
}

// reason tells a lock that somebody has from a file system that has no locks.
func reason(err error) error {
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrHeld
	}
	return errNoLocks
}
