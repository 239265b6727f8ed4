// Package wipe deletes what a probe keeps on a machine: the key first, because whoever has it can tell which
// measurements were this machine's, and then everything else.
//
// It deletes files by their names, and nothing that it does not know: a state folder that was named by mistake,
// somebody's home, loses nothing. It cannot promise that nothing can be found: a file that is written over and
// deleted may still lie in the spare blocks of an SSD or a memory card, in a file system's snapshot, or in a backup.
package wipe

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
)

const (
	seed      = "seed" // the file that the keys come from
	agreement = "consent.json"
)

// ours are the names in a state folder, beside the seed. A file on its way to its name has ".new" behind it.
var ours = []string{
	"outbox", "config.json", agreement, "list.json", "gateway.json", "ways.json", "network.json", "usage.json", "paused",
	"control.json", "lock", "run.lock",
}

// Holds reports whether anything of a probe is in a folder.
func Holds(folder *os.Root) (bool, error) {
	for _, name := range append([]string{seed}, ours...) {
		for _, name := range []string{name, name + ".new"} {
			if _, err := folder.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
				return err == nil, err
			}
		}
	}
	return false, nil
}

// Key writes noise over the seed, once that is on the disk deletes it, and returns when the disk knows. It does
// nothing when there is none.
func Key(state *os.Root) error {
	return errors.Join(shred(state, seed), shred(state, seed+".new"), durable.SyncFolder(state, "."))
}

func shred(state *os.Root, name string) error {
	info, err := state.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find %s: %w", name, err)
	}
	var failed error
	if info.Mode().IsRegular() {
		if err := overwrite(state, name, info.Size()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = fmt.Errorf("write over %s: %w", name, err)
		}
	}
	// Deleted in any case: a key that is only unlinked is harder to find than one that is there. A probe that starts
	// may give the file another name meanwhile; whoever wipes it comes again once it has ended.
	if err := state.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		failed = errors.Join(failed, fmt.Errorf("delete %s: %w", name, err))
	}
	return failed
}

const maxOverwritten = 1 << 20

func overwrite(state *os.Root, name string, size int64) error {
	file, err := state.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	noise := make([]byte, min(size, maxOverwritten))
	_, _ = rand.Read(noise) // never fails
	_, err = file.Write(noise)
	return errors.Join(err, file.Sync(), file.Close())
}

// Agreement deletes what somebody agreed to. Should the machine end in the middle of a wipe, its service runs no probe
// without it.
func Agreement(state *os.Root) error {
	if err := state.Remove(agreement); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete %s: %w", agreement, err)
	}
	return durable.SyncFolder(state, ".")
}

// Rest deletes everything else that is a probe's, and returns the names of what it left alone.
func Rest(state *os.Root) (left []string, err error) {
	entries, err := fs.ReadDir(state.FS(), ".")
	if err != nil {
		return nil, fmt.Errorf("read the state folder: %w", err)
	}
	var failed []error
	for _, entry := range entries {
		name := entry.Name()
		if !slices.Contains(ours, strings.TrimSuffix(name, ".new")) {
			left = append(left, name)
			continue
		}
		if err := state.RemoveAll(name); err != nil {
			failed = append(failed, fmt.Errorf("delete %s: %w", name, err))
		}
	}
	return left, errors.Join(append(failed, durable.SyncFolder(state, "."))...)
}
