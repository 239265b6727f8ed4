package outbox_test

import (
	"bytes"
	"encoding/hex"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/identity"
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

// What was delivered is nowhere in the folder any more, not even as the sealed unit that it was while it was open, and
// the unit that is open now stays.
func TestDeliveredIsGone(t *testing.T) {
	folder := t.TempDir()
	cfg := config()
	at := &moment{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	cfg.Clock = at
	box := openWith(t, folder, cfg)
	var gone [][]byte
	look := func(when string) {
		t.Helper()
		for name, content := range filesOf(t, folder) {
			for n, body := range gone {
				// Its end, too: a shorter unit may have been written over it.
				if bytes.Contains(content, body[:64]) || bytes.Contains(content, body[len(body)-64:]) {
					t.Errorf("%s: %s holds unit %d", when, name, n+1)
				}
			}
		}
	}
	for mark := range uint32(6) {
		for range 3 - mark%3 { // both slots hold it, or one
			add(t, box, home, mark)
		}
		seal(t, box)
		b := next(t, box)
		if mark%2 == 1 {
			add(t, box, home, 100+mark) // the next is open when the receipt comes
		}
		deliver(t, box, b)
		gone = append(gone, b.Body)
		look("after a receipt")
		if mark == 3 {
			box.Close()
			box = openWith(t, folder, cfg)
			look("after a restart")
		}
		if mark%2 == 1 {
			seal(t, box)
			b = next(t, box)
			if got := marks(t, b); !slices.Equal(got, []uint32{100 + mark}) {
				t.Errorf("the unit that was open holds %v", got)
			}
			if mark == 5 {
				if err := box.Refuse(b, "bad_header"); err != nil {
					t.Fatal(err)
				}
				at.now = at.now.AddDate(0, 0, 8)
				box.Tidy()
			} else {
				deliver(t, box, b)
			}
			gone = append(gone, b.Body)
			look("after the next one")
		}
	}
}

// A receipt whose unit could not be removed from its slot before a crash is made good at the next start.
func TestDeliveredIsGoneAfterACrash(t *testing.T) {
	folder := t.TempDir()
	box := reopen(t, folder, nil)
	add(t, box, home, 1)
	seal(t, box)
	slot := readFile(t, folder, "open-1.unit")
	b := next(t, box)
	deliver(t, box, b)
	box.Close()
	writeFile(t, slot, folder, "open-1.unit")
	reopen(t, folder, nil)
	if bytes.Contains(readFile(t, folder, "open-1.unit"), b.Body[:64]) {
		t.Error("the slot holds what was delivered")
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
