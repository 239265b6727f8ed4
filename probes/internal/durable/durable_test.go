package durable_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
)

func TestWriteFile(t *testing.T) {
	folder := t.TempDir()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	// What a crash left behind is in nobody's way.
	if err := os.WriteFile(filepath.Join(folder, "seed.new"), []byte("a longer, torn file"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, content := range []string{"first", "second"} {
		if err := durable.WriteFile(root, "seed", []byte(content)); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(folder, "seed"))
		if err != nil || string(got) != content {
			t.Errorf("read %q, %v; want %q", got, err, content)
		}
		info, err := os.Stat(filepath.Join(folder, "seed"))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
		}
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Errorf("%d files in the folder, %v; want 1", len(entries), err)
	}
}

func TestWriteFileKeepsTheOldOnFailure(t *testing.T) {
	folder := t.TempDir()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if err := os.Mkdir(filepath.Join(folder, "seed"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := durable.WriteFile(root, "seed", []byte("x")); err == nil {
		t.Error("a folder was replaced by a file")
	}
	// What went wrong is said in one line.
	if err := durable.WriteFile(root, "nowhere/seed", []byte("x")); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("into a folder that is not there: %v", err)
	}
	if _, err := os.Stat(filepath.Join(folder, "seed.new")); err == nil {
		t.Error("the temporary file is still there")
	}
}
