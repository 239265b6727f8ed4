package wipe_test

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
	"github.com/lamplight-net/lamplight/probes/internal/wipe"
)

func folder(t *testing.T, files ...string) *os.Root {
	t.Helper()
	dir := t.TempDir()
	for _, name := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, bytes.Repeat([]byte{'k'}, 32), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	return root
}

// The key is written over before it is deleted: a second name of the same file shows it.
func TestKey(t *testing.T) {
	root := folder(t, "seed", "seed.new", "config.json")
	before := filepath.Join(t.TempDir(), "witness")
	if err := os.Link(filepath.Join(root.Name(), "seed"), before); err != nil {
		t.Skipf("this file system has no second names: %v", err)
	}
	if err := wipe.Key(root); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(before)
	if err != nil || len(content) != 32 || bytes.Contains(content, []byte("kkk")) {
		t.Errorf("of the key is left: %q, %v", content, err)
	}
	if diff := cmp.Diff([]string{"config.json"}, names(t, root)); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if err := wipe.Key(root); err != nil {
		t.Errorf("without a key: %v", err)
	}
}

// A probe that starts, and makes its key at this very moment, is no failure.
func TestKeyIsBeingMade(t *testing.T) {
	root := folder(t)
	done := make(chan struct{})
	var making sync.WaitGroup
	making.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				_ = durable.WriteFile(root, "seed", bytes.Repeat([]byte{'k'}, 32)) // whose file was taken away
			}
		}
	})
	for range 500 {
		if err := wipe.Key(root); err != nil {
			t.Error(err)
			break
		}
	}
	close(done)
	making.Wait()
	if err := wipe.Key(root); err != nil || len(names(t, root)) > 0 {
		t.Errorf("left are %v, %v", names(t, root), err)
	}
}

// A link in the seed's place leads nowhere else.
func TestKeyIsALink(t *testing.T) {
	root := folder(t)
	other := filepath.Join(t.TempDir(), "letter")
	if err := os.WriteFile(other, []byte("dear"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(other, filepath.Join(root.Name(), "seed")); err != nil {
		t.Skipf("no links here: %v", err)
	}
	if err := wipe.Key(root); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(other); err != nil || string(content) != "dear" {
		t.Errorf("another file was touched: %q, %v", content, err)
	}
}

// A folder that was named by mistake loses nothing but what is called as a probe's files are.
func TestRest(t *testing.T) {
	root := folder(t, "outbox/0000000001.batch", "config.json", "usage.json.new", "paused", "letters/dear.txt", "photo.jpg", "config.json.bak")
	left, err := wipe.Rest(root)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"config.json.bak", "letters", "photo.jpg"}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, names(t, root)); diff != "" {
		t.Errorf("still there (-want +got):\n%s", diff)
	}
}

func names(t *testing.T, root *os.Root) []string {
	t.Helper()
	entries, err := os.ReadDir(root.Name())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}
