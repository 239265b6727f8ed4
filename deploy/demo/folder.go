package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/lamplight-net/lamplight/deploy/internal/folder"
)

// pattern of the temporary folders of demos.
const pattern = "lamplight-demo-*"

// stalePatience is how long each old folder may hold up a start: whoever still works in one keeps it locked.
const stalePatience = 100 * time.Millisecond

// Folder makes the folder that a demo works in, and returns what removes it at the end. With a name it must be
// new or empty, and stays. Without, it is a temporary one; those that demos before it were killed in are
// removed, too: each holds hundreds of megabytes.
func Folder(ctx context.Context, name string) (dir string, remove func() error, err error) {
	if name != "" {
		return name, func() error { return nil }, makeEmpty(name)
	}
	if err := removeStale(ctx); err != nil {
		return "", nil, err
	}
	if dir, err = os.MkdirTemp("", pattern); err != nil {
		return "", nil, fmt.Errorf("make temporary folder: %w", err)
	}
	lock, err := folder.Lock(ctx, dir)
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	return dir, func() error { return errors.Join(os.RemoveAll(dir), lock.Close()) }, nil
}

func makeEmpty(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("--data: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("--data: %w", err)
	}
	if len(entries) > 0 {
		return fmt.Errorf("--data: %s is not empty, and the demo begins with nothing: give another folder", dir)
	}
	return nil
}

// removeStale removes the temporary folders that nobody holds the lock of. One without a lock is of a demo that
// is just making it, or of somebody else, and stays.
func removeStale(ctx context.Context) error {
	found, err := filepath.Glob(filepath.Join(os.TempDir(), pattern))
	if err != nil {
		return fmt.Errorf("look for old temporary folders: %w", err)
	}
	for _, dir := range found {
		if _, err := os.Stat(filepath.Join(dir, folder.LockName)); err != nil {
			continue
		}
		soon, cancel := context.WithTimeout(ctx, stalePatience)
		lock, err := folder.Lock(soon, dir)
		cancel()
		if err != nil {
			continue // in use, or not ours
		}
		if err := errors.Join(os.RemoveAll(dir), lock.Close()); err != nil {
			return fmt.Errorf("remove the folder of a demo that was killed: %w", err)
		}
	}
	return nil
}
