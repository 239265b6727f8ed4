// Package npm brings one file from npm: the packed form of a package, of a pinned version and content.
//
// It uses whatever registry the user has configured, runs nothing that a package brings, and gives out no
// file whose hash is another than the pinned one.
package npm

import (
	"bytes"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Package is a version of a package and what its packed file must hash to.
type Package struct {
	Name, Version string
	Integrity     string // Subresource Integrity: "sha512-" and the hash in standard base64
}

// ErrMissing says that this machine has no npm.
var ErrMissing = errors.New("npm is not on PATH: install Node.js")

// maxError is how much of npm's own words is shown when it fails.
const maxError = 2000

// Pack brings the packed file of p into dir, which must be empty, and returns its path.
func Pack(ctx context.Context, p Package, dir string) (string, error) {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", ErrMissing
	}
	var stderr bytes.Buffer
	command := exec.CommandContext(ctx, npm, "pack", p.Name+"@"+p.Version, "--loglevel=error", "--ignore-scripts")
	command.Dir = dir
	command.Stderr = &stderr
	if err := command.Run(); err != nil {
		words := stderr.Bytes()
		return "", fmt.Errorf("npm pack %s@%s: %w: %s", p.Name, p.Version, err, words[max(0, len(words)-maxError):])
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(files) != 1 {
		return "", errors.Join(fmt.Errorf("npm pack %s@%s left %d packed files, not one", p.Name, p.Version, len(files)), err)
	}
	return files[0], p.verify(files[0])
}

// Partial returns the folder where npm keeps what it has not fetched in full yet, so that a caller can show
// how far it is; nothing when npm does not say.
func Partial(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "npm", "config", "get", "cache").Output()
	if err != nil {
		return ""
	}
	return filepath.Join(strings.TrimSpace(string(out)), "_cacache", "tmp")
}

func (p Package) verify(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // only read
	hash := sha512.New()
	if _, err := io.Copy(hash, file); err != nil {
		return fmt.Errorf("read packed file: %w", err)
	}
	if got := "sha512-" + base64.StdEncoding.EncodeToString(hash.Sum(nil)); got != p.Integrity {
		return fmt.Errorf("the registry gave another file for %s@%s than the pinned one, and it was not used: %s, not %s",
			p.Name, p.Version, got, p.Integrity)
	}
	return nil
}
