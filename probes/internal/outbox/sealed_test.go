package outbox_test

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/probes/internal/identity"
	"github.com/lamplight-net/lamplight/probes/internal/outbox"
)

// filesOf returns every file of a folder, by its name.
func filesOf(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, entry := range entries {
		out[entry.Name()] = readFile(t, folder, entry.Name())
	}
	return out
}

// Whoever has the gateway's batches finds none of them in a folder, at any step, and not in how many networks or to what
// numbers of their chains the probe came.
func TestDiskNamesNoBatch(t *testing.T) {
	folder := t.TempDir()
	box := reopen(t, folder, nil)
	add(t, box, home, 1)
	seal(t, box)
	first := open(t, next(t, box))
	deliver(t, box, next(t, box))
	add(t, box, home, 2) // which points at the first
	seal(t, box)
	second := open(t, next(t, box))
	size := len(readFile(t, folder, "chain"))
	add(t, box, away, 3)
	add(t, box, home, 4)
	seal(t, box)
	if got := len(readFile(t, folder, "chain")); got != size {
		t.Errorf("the chain's size tells of networks: %d bytes, then %d", size, got)
	}
	files := filesOf(t, folder)
	if len(files) != 4 {
		t.Fatalf("%d files, want a segment, two slots and the chain", len(files))
	}
	for _, b := range []opened{first, second} {
		for form, id := range map[string][]byte{
			"its bytes": b.ID[:], "half of them": b.ID[:16], "the other half": b.ID[16:], "hex": []byte(b.ID.String()), "its key": b.key,
			"its key in hex": []byte(hex.EncodeToString(b.key)), "a link": []byte("previous"), "a month": []byte(b.Header.CreatedAt.Format("2006-01")),
		} {
			for name, content := range files {
				if bytes.Contains(content, id) {
					t.Errorf("%s holds the batch's id or key as %s", name, form)
				}
			}
		}
	}
}

// With another seed the notes cannot be read. What waits is delivered all the same, and the chain begins anew.
func TestAnotherSeed(t *testing.T) {
	folder := t.TempDir()
	box := reopen(t, folder, nil)
	add(t, box, home, 1)
	seal(t, box)
	add(t, box, home, 2)
	seal(t, box)
	if err := box.Close(); err != nil {
		t.Fatal(err)
	}
	cfg := config()
	cfg.Identity = identity.FromSeed([32]byte{8})
	box = openWith(t, folder, cfg)
	add(t, box, home, 3)
	seal(t, box)
	got := drain(t, box)
	var marks []uint32
	for _, b := range got {
		marks = append(marks, b.marks()...)
	}
	if !slices.Equal(marks, []uint32{1, 2, 3}) {
		t.Fatalf("delivered are %v", marks)
	}
	if h := got[2].Header; h.Sequence != 1 || h.Previous != "" {
		t.Errorf("the new key's chain begins at %d, after %q", h.Sequence, h.Previous)
	}
}

// A folder of the form before this one is refused in words, and left as it is.
func TestOldForm(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"chain": {"chain.json": `{"next":2,"links":{}}`, segmentFile: "LLU\x01 and what was in it"},
		"slot":  {"open-1.unit": `{"name":"0123","month":"2026-03","sequence":1,"previous":"00","version":1}` + "\nLLU\x01"},
	} {
		folder := t.TempDir()
		for file, text := range files {
			writeFile(t, []byte(text), folder, file)
		}
		root, err := os.OpenRoot(folder)
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close()
		if _, err := outbox.Open(root, config()); err == nil || !strings.Contains(err.Error(), "delete the folder") {
			t.Errorf("%s: opened with %v", name, err)
		}
		for file, text := range files {
			if got, err := os.ReadFile(filepath.Join(folder, file)); err != nil || string(got) != text {
				t.Errorf("%s: %s was changed, %v", name, file, err)
			}
		}
	}
}
