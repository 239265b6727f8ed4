package folder

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestLock(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	lock, err := Lock(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(t.Context(), dir); err == nil || !strings.Contains(err.Error(), dir+" is in use") {
		t.Errorf("second lock: got error %v, want one that says that the folder is in use", err)
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	lock, err = Lock(t.Context(), dir)
	if err != nil {
		t.Fatalf("lock after release: %v", err)
	}
	if err := lock.Close(); err != nil {
		t.Error(err)
	}
}

func TestLockHeedsContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	lock, err := LockFile(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := LockFile(ctx, path); err == nil {
		t.Error("took a lock that is held")
	}
}

func TestLockUnwritable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(t.Context(), file); err == nil || strings.Contains(err.Error(), "in use") {
		t.Errorf("lock of a file as a folder: got error %v, want one that does not blame another process", err)
	}
}

func TestSpace(t *testing.T) {
	if err := NeedSpace(t.TempDir(), 1); err != nil {
		t.Errorf("one byte: %v", err)
	}
	if err := NeedSpace(t.TempDir(), 1<<62); err == nil {
		t.Error("4 EiB are said to be free")
	}
	if err := judge("/data", 99, 100); err == nil || !strings.Contains(err.Error(), "disk of /data is full") {
		t.Errorf("one byte short: got error %v", err)
	}
	if err := judge("/data", 100, 100); err != nil {
		t.Errorf("exactly enough: %v", err)
	}
}

func TestExplain(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skipf("this system has no /dev/full to fill: %v", err)
	}
	defer func() { _ = full.Close() }()
	_, err = full.WriteString("x")
	if got := Explain(fmt.Errorf("copy: %w", err), "/data").Error(); !strings.Contains(got, "disk of /data is full") {
		t.Errorf("full disk: got %q", got)
	}
	if got := Explain(unix.EACCES, "/data").Error(); got != unix.EACCES.Error() {
		t.Errorf("another error: got %q", got)
	}
}
