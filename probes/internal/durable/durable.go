// Package durable puts files on disk so that they are there, whole, after a power cut.
//
// A file that WriteFile wrote is either the old one or the new one, never a part. The system calls of its
// happy path are: open a temporary file (0600), write, fsync, close, rename over the name, fsync of the
// folder.
package durable

import (
	"fmt"
	"os"
	"path"
)

// WriteFile replaces the file name within root by data, readable by its owner only.
func WriteFile(root *os.Root, name string, data []byte) error {
	temporary := name + ".new"
	if err := writeSynced(root, temporary, data); err != nil {
		root.Remove(temporary)
		return fmt.Errorf("write %s: %w", name, err)
	}
	if err := root.Rename(temporary, name); err != nil {
		root.Remove(temporary)
		return fmt.Errorf("write %s: %w", name, err)
	}
	return SyncFolder(root, path.Dir(name))
}

func writeSynced(root *os.Root, name string, data []byte) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		f.Close()
		return err
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
