package demo

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/deploy/internal/folder"
)

// What a demo that was killed left behind is removed at the next start; what one that runs works in is not.
func TestStaleFoldersAreRemoved(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	running, remove, err := Folder(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	killed := filepath.Join(os.TempDir(), "lamplight-demo-killed")
	lock, err := folder.Lock(t.Context(), killed)
	if err != nil {
		t.Fatal(err)
	}
	if err := lock.Close(); err != nil { // as the kernel does for a process that was killed
		t.Fatal(err)
	}
	strange := filepath.Join(os.TempDir(), "lamplight-demo-strange")
	if err := os.Mkdir(strange, 0o700); err != nil {
		t.Fatal(err)
	}
	second, removeSecond, err := Folder(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]bool{running: true, second: true, strange: true, killed: false} {
		if _, err := os.Stat(dir); (err == nil) != want {
			t.Errorf("%s is there: %t", dir, err == nil)
		}
	}
	for _, f := range []func() error{remove, removeSecond} {
		if err := f(); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(running); err == nil {
		t.Error("the folder outlives its demo")
	}
}

func TestFolderOfOnesOwn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	got, remove, err := Folder(t.Context(), dir)
	if err != nil || got != dir {
		t.Fatal(got, err)
	}
	if err := remove(); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "kept"), nil, 0o600); err != nil {
		t.Fatalf("a folder that was named is gone: %v", err)
	}
	if _, _, err := Folder(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "--data: "+dir+" is not empty") {
		t.Errorf("into a folder with something in it: %v", err)
	}
}
