// Package export copies what a probe keeps on a machine into a folder that its user can read, keep, or show to
// somebody they trust.
//
// It copies everything but what would be dangerous twice: the key, and the word of the day for the status page.
package export

import (
	_ "embed" // the explanation
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lamplight-net/lamplight/probes/internal/report"
)

//go:embed explain.txt
var explanation string

// kept are never copied. Locks hold nothing.
var kept = []string{"seed", "control.json", "lock", "run.lock"}

// Write makes the folder to, which must not be there yet, and copies into it. It must not be in the state folder: the
// copy would become a part of what is copied, and wipe, which knows no such name, would leave it there.
func Write(state *os.Root, r report.Report, to string) error {
	if within(state, to) {
		return fmt.Errorf("%s is in the state folder itself: name a folder elsewhere", to)
	}
	if err := os.Mkdir(to, 0o700); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s is there already: name a folder that is not", to)
		}
		return err
	}
	if err := fill(to, state, r); err != nil {
		return fmt.Errorf("the copy is not whole: delete %s and try again: %w", to, err)
	}
	return nil
}

// within reports whether a folder that is to be made would be in the state folder, by whatever name.
func within(state *os.Root, to string) bool {
	home, err := state.Stat(".")
	if err != nil {
		return false
	}
	at, err := filepath.Abs(filepath.Dir(to))
	if err == nil {
		at, err = filepath.EvalSymlinks(at)
	}
	for err == nil {
		info, statErr := os.Stat(at)
		if statErr == nil && os.SameFile(info, home) {
			return true
		}
		if filepath.Dir(at) == at {
			break
		}
		at = filepath.Dir(at)
	}
	return false // or in a folder that is not there, which making it will tell
}

func fill(to string, state *os.Root, r report.Report) error {
	out, err := os.OpenRoot(to)
	if err != nil {
		return err
	}
	defer out.Close()
	if err := out.WriteFile("READ-ME.txt", []byte(explanation), 0o600); err != nil {
		return err
	}
	if err := out.Mkdir("state", 0o700); err != nil {
		return err
	}
	if err := writeStatus(out, r); err != nil {
		return err
	}
	return fs.WalkDir(state.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // delivered meanwhile
		case err != nil:
			return err
		case name == "." || slices.Contains(kept, strings.TrimSuffix(name, ".new")):
			return nil
		case entry.IsDir():
			return out.Mkdir(path.Join("state", name), 0o700)
		case !entry.Type().IsRegular():
			return nil // not the probe's
		}
		return copyFile(out, path.Join("state", name), state, name)
	})
}

func writeStatus(out *os.Root, r report.Report) error {
	file, err := out.OpenFile("status.json", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(r.WriteJSON(file), file.Close())
}

func copyFile(to *os.Root, toName string, from *os.Root, name string) error {
	source, err := from.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // delivered meanwhile
	}
	if err != nil {
		return err
	}
	defer source.Close()
	file, err := to.OpenFile(toName, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, source)
	return errors.Join(err, file.Close())
}
