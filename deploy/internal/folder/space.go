package folder

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// DataSpace is what must be free for an engine to start: ClickHouse itself refuses merges and inserts long
// before the last byte, and an operator should hear of it from us, and early.
const DataSpace = 256 << 20

// NeedSpace refuses a folder whose disk has less than need bytes left for this user.
func NeedSpace(dir string, need uint64) error {
	var disk unix.Statfs_t
	if err := unix.Statfs(dir, &disk); err != nil {
		return fmt.Errorf("measure free space of %s: %w", dir, err)
	}
	return judge(dir, disk.Bavail*uint64(disk.Bsize), need)
}

func judge(dir string, free, need uint64) error {
	if free < need {
		return fmt.Errorf("disk of %s is full: %d MB free, %d MB needed: free some space, or name a folder on another disk",
			dir, free/1e6, need/1e6)
	}
	return nil
}

// Explain says what to do about an error when the cause is a full disk.
func Explain(err error, dir string) error {
	if errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) {
		return fmt.Errorf("disk of %s is full: free some space, or name a folder on another disk: %w", dir, err)
	}
	return err
}
