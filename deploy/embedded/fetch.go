package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/lamplight-net/lamplight/deploy/internal/folder"
	"github.com/lamplight-net/lamplight/deploy/npm"
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
		r.Version, r.Name, r.packedBytes/1e6, r.libraryBytes/1e6, dir)
	packed, err := r.pack(ctx, staging, report)
	if err != nil {
		return err
	}
	unpacked := filepath.Join(staging, filepath.Base(path))
	stop := report.watch("unpacking", r.libraryBytes, func() int64 { return writtenSince(unpacked, time.Time{}) })
	err = r.unpackFile(packed, unpacked)
	stop()
	if err != nil {
		return fmt.Errorf("unpack %s: %w", r.Name, folder.Explain(err, dir))
	}
	if err := os.Rename(unpacked, path); err != nil {
		return fmt.Errorf("put library in place: %w", err)
	}
	report.say("ClickHouse %s is ready", r.Version)
	return nil
}

func (r release) pack(ctx context.Context, staging string, report report) (string, error) {
	partial, start := npm.Partial(ctx), time.Now()
	stop := report.watch("fetching", r.packedBytes, func() int64 {
		// npm downloads into its own cache first, and then packs from there.
		return max(writtenSince(partial, start), writtenSince(staging, start))
	})
	defer stop()
	packed, err := npm.Pack(ctx, r.Package, staging)
	if errors.Is(err, npm.ErrMissing) {
		return "", fmt.Errorf("%w, which brings the ClickHouse engine; or put a clickhouse program on PATH, "+
			"or name a ClickHouse server", err)
	}
	return packed, err
}
