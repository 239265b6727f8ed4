package agent

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

const lockName = "lock"

// lock keeps a second agent out of the state folder until the process ends or unlock is called.
func lock(state *os.Root) (unlock func() error, err error) {
	file, err := state.OpenFile(lockName, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	if err := windows.LockFileEx(windows.Handle(file.Fd()), flags, 0, 1, 0, &windows.Overlapped{}); err != nil {
		return nil, errors.Join(errors.New("the state folder is in use by another probe: stop that one, or give this one a folder of its own"), file.Close())
	}
	return file.Close, nil
}
