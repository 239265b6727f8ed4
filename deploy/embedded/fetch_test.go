package embedded

import (
	"archive/tar"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The tests of fetching put a program in npm's place that hands over a small package: the real one is
// fetched by every test of the engine on a machine whose cache is empty.

func TestFetch(t *testing.T) {
	packed := pack(t, entry{"package/libchdb.so", "ELF!", tar.TypeReg})
	r := pinned(packed)
	stub(t, packed)
	dir := t.TempDir()
	path := filepath.Join(dir, "libchdb.so")
	// What a run that was killed left behind.
	if err := os.MkdirAll(filepath.Join(dir, "staging", "old"), 0o700); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	if err := r.fetch(t.Context(), dir, path, &said); err != nil {
		t.Fatal(err)
	}
	if !r.holds(path) {
		t.Error("the library is not in place")
	}
	if content, err := os.ReadFile(path); err != nil || string(content) != "ELF!" {
		t.Errorf("library is %q, error %v", content, err)
	}
	if got := said.String(); !strings.Contains(got, "MB packed") || !strings.Contains(got, "MB unpacked") {
		t.Errorf("it said %q, which does not say how much it fetches", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "staging")); !os.IsNotExist(err) {
		t.Errorf("the staging folder is still there: %v", err)
	}
}

func TestFetchAnotherFile(t *testing.T) {
	r := pinned(pack(t, entry{"package/libchdb.so", "ELF!", tar.TypeReg}))
	stub(t, pack(t, entry{"package/libchdb.so", "EVIL", tar.TypeReg}))
	dir := t.TempDir()
	path := filepath.Join(dir, "libchdb.so")
	if err := r.fetch(t.Context(), dir, path, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "not used") {
		t.Errorf("got error %v", err)
	}
	if r.holds(path) {
		t.Error("the library is in place")
	}
}

func TestFetchWithoutNPM(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	err := pinned(nil).fetch(t.Context(), t.TempDir(), "libchdb.so", &bytes.Buffer{})
	for _, want := range []string{"npm", "Node.js", "clickhouse program on PATH"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want one that names %q", err, want)
		}
	}
}

func TestFetchFailingNPM(t *testing.T) {
	script(t, "echo 'npm error code ENOTFOUND' >&2; exit 1")
	err := pinned(nil).fetch(t.Context(), t.TempDir(), "", &bytes.Buffer{})
	if err == nil || !strings.Contains(err.Error(), "ENOTFOUND") {
		t.Errorf("got error %v, want what npm said", err)
	}
}

func TestFetchCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	script(t, "exec sleep 1000")
	cancel()
	if err := pinned(nil).fetch(ctx, t.TempDir(), "", &bytes.Buffer{}); err == nil {
		t.Error("a canceled fetch succeeded")
	}
}

// TestReleasesPinned shows that no platform is served without a hash.
func TestReleasesPinned(t *testing.T) {
	for platform, r := range releases() {
		if !strings.HasPrefix(r.Integrity, "sha512-") || r.packedBytes == 0 || r.libraryBytes == 0 {
			t.Errorf("%s is not pinned: %+v", platform, r)
		}
	}
}

// stub puts a program into npm's place that packs what it is given.
func stub(t *testing.T, packed []byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "given")
	if err := os.WriteFile(file, packed, 0o600); err != nil {
		t.Fatal(err)
	}
	script(t, `[ "$1" != pack ] || cp '`+file+`' package.tgz`)
}

func script(t *testing.T, lines string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "npm"), []byte("#!/bin/sh\n"+lines+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
}
