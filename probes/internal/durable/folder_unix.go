//go:build unix

package durable

import (
	"fmt"
	"os"
)

// SyncFolder makes names that were created, renamed or removed in a folder durable.
func SyncFolder(root *os.Root, name string) error {
	f, err := root.Open(name)
	if err != nil {
		return fmt.Errorf("sync folder: %w", Bare(err))
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("sync folder: %w", Bare(err))
	}
	return nil
}
