// Package durable puts files on disk so that they are there, whole, after a power cut.
//
// A file that WriteFile wrote is either the old one or the new one, never a part. The system calls of its
// happy path are: unlink what a crash left, open a temporary file (0600), write, fsync, close, rename over the name,
// fsync of the folder.
package durable

import (
	"errors"
	"fmt"
	"io/fs"
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
		_ = root.Remove(temporary) // which may never have been made
		return fmt.Errorf("write %s: %w", name, Bare(err))
	}
	return SyncFolder(root, path.Dir(name))
}

func writeSynced(root *os.Root, name string, data []byte) error {
	// A file that is there already keeps its rights, and others may be able to read it.
	if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
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

// Bare leaves the path out of an error of the file system: logs are shown to strangers, and a path can name its user. Of
// a file that is open it is a whole one, however the file was named.
func Bare(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}
