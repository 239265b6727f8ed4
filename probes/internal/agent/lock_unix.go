//go:build unix

package agent

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

const lockName = "lock"

// lock keeps a second agent out of the state folder until the process ends or unlock is called.
func lock(state *os.Root) (unlock func() error, err error) {
	file, err := state.OpenFile(lockName, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(errors.New("the state folder is in use by another probe: stop that one, or give this one a folder of its own"), file.Close())
	}
	return file.Close, nil
}
