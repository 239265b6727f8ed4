// Package durable puts files on disk so that they are there, whole, after a power cut.
//
// A file that WriteFile wrote is either the old one or the new one, never a part. The system calls of its
// happy path are: open a temporary file (0600), write, fsync, close, rename over the name, fsync of the
// folder.
package durable

import (
	"errors"
	"fmt"
	"os"
	"path"
)

// WriteFile replaces the file name within root by data, readable by its owner only.
func WriteFile(root *os.Root, name string, data []byte) error {
	temporary := name + ".new"
	err := writeSynced(root, temporary, data)
	if err == nil {
		err = root.Rename(temporary, name)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, errors.Join(err, root.Remove(temporary)))
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
