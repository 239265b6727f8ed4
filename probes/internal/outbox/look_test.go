package outbox_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lamplight-net/lamplight/probes/internal/outbox"
)

// What lies in a folder is told as an outbox tells it that is opened there, and nothing is changed by asking.
func TestLook(t *testing.T) {
	folder := t.TempDir()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	look := func(when string, waiting int) {
		t.Helper()
		before := filesOf(t, folder)
		got, err := outbox.Look(root)
		if err != nil || got.Waiting != waiting {
			t.Errorf("%s: %+v, %v; want %d waiting", when, got, err, waiting)
		}
		if !cmp.Equal(before, filesOf(t, folder)) {
			t.Errorf("%s: something was changed", when)
		}
		want := reopen(t, copyFolder(t, folder), nil).Stats()
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-as opened +as looked at):\n%s", when, diff)
		}
	}
	look("empty", 0)
	box := reopen(t, folder, nil)
	add(t, box, home, 1)
	look("one is open", 1)
	seal(t, box)
	add(t, box, home, 2)
	look("one waits, one is open", 2)
	seal(t, box)
	add(t, box, away, 3)
	seal(t, box)
	if err := box.Refuse(next(t, box), "bad_header"); err != nil {
		t.Fatal(err)
	}
	look("one of three was refused", 2)
	box = reopen(t, folder, box)
	deliver(t, box, next(t, box))
	deliver(t, box, next(t, box))
	if err := box.Close(); err != nil {
		t.Fatal(err)
	}
	look("two were delivered", 0)
	writeFile(t, []byte("LLU"), folder, "0000000009.units")
	writeFile(t, []byte("short"), folder, "open-0.unit")
	look("damaged", 0)
}
