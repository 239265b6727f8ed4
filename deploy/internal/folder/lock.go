package folder

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// wait is how long a data folder's lock is waited for: a predecessor that was killed needs a moment to
// let go.
const wait = 2 * time.Second

// LockName is the file in a data folder by which it is locked. It stays there when the lock is released.
const LockName = "lock"

// Lock creates dir if need be and locks it for this process and the children that inherit the file.
func Lock(ctx context.Context, dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create data folder: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	file, err := LockFile(ctx, filepath.Join(dir, LockName))
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, fmt.Errorf("data folder %s is in use by another process: stop that one, or name another folder", dir)
	}
	return file, err
}

// LockFile takes an advisory lock, waiting for it until ctx ends. Closing the file, in every process that
// holds it, releases the lock.
func LockFile(ctx context.Context, path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	for {
		err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			return file, nil
		}
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), file.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), file.Close())
		case <-time.After(50 * time.Millisecond):
		}
	}
}
