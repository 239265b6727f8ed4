package outbox_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/lamplight-net/lamplight/probes/internal/outbox"
)

var everyByte = flag.Int("every", 17, "bytes from one tear to the next; the figure is of 1")

const segmentFile = "0000000001.units"

func readFile(t *testing.T, parts ...string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func writeFile(t *testing.T, data []byte, parts ...string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(parts...), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestTornSegment cuts a segment at many bytes of its last unit, and leaves nothing, zeros or half of what was to
// be written behind the tear: the units before survive, and what comes afterwards is kept.
func TestTornSegment(t *testing.T) {
	folder := outbox.MemoryFolder(t)
	box := reopen(t, folder, nil)
	var ends []int
	for mark := range uint32(3) {
		add(t, box, home, mark)
		seal(t, box)
		ends = append(ends, int(box.Stats().Bytes))
	}
	box.Close()
	whole := readFile(t, folder, segmentFile)
	if ends[2] != len(whole) {
		t.Fatalf("the segment has %d bytes, %d are counted", len(whole), ends[2])
	}
	for cut := ends[1]; cut < len(whole); cut += *everyByte {
		torn := outbox.MemoryFolder(t)
		data := slices.Clone(whole[:cut])
		if (cut-ends[1]) / *everyByte % 2 == 1 {
			data = append(data, make([]byte, len(whole)-cut)...) // a disk may leave anything there
		}
		writeFile(t, data, torn, segmentFile)
		box := reopen(t, torn, nil)
		add(t, box, home, 9)
		box = reopen(t, torn, box)
		if got, want := all(t, box), []uint32{0, 1, 9}; !slices.Equal(got, want) {
			t.Fatalf("cut at byte %d of %d: %v survive, want %v", cut, len(whole), got, want)
		}
		box.Close()
		os.RemoveAll(torn)
	}
}

// TestTornWhileClosing cuts the segment at many bytes that closing a unit writes: the unit is still open then, and
// nothing at all is lost.
func TestTornWhileClosing(t *testing.T) {
	folder := outbox.MemoryFolder(t)
	box := reopen(t, folder, nil)
	add(t, box, home, 1)
	seal(t, box)
	before := int(box.Stats().Bytes)
	add(t, box, home, 2, 3)
	box.Close()
	opened := copyFolder(t, folder)
	reopen(t, folder, nil).Close()
	whole := readFile(t, folder, segmentFile)
	for cut := before; cut <= len(whole); cut += *everyByte {
		writeFile(t, whole[:cut], opened, segmentFile)
		torn := copyFolder(t, opened)
		box := reopen(t, torn, nil)
		if got, want := all(t, box), []uint32{1, 2, 3}; !slices.Equal(got, want) {
			t.Fatalf("cut at byte %d of %d: %v survive, want %v", cut, len(whole), got, want)
		}
		box.Close()
		os.RemoveAll(torn)
	}
}

// TestDamagedMiddle spoils one unit of three: it alone is lost.
func TestDamagedMiddle(t *testing.T) {
	folder := outbox.MemoryFolder(t)
	box := reopen(t, folder, nil)
	var ends []int
	for mark := range uint32(3) {
		add(t, box, home, mark)
		seal(t, box)
		ends = append(ends, int(box.Stats().Bytes))
	}
	good := readFile(t, folder, segmentFile)
	for name, at := range map[string]int{"mark": ends[0], "size": ends[0] + 23, "owner": ends[0] + 26, "name": ends[0] + 30, "body": ends[1] - 5} {
		t.Run(name, func(t *testing.T) {
			for _, running := range []bool{false, true} {
				dir := copyFolder(t, folder)
				live := reopen(t, dir, nil)
				bad := slices.Clone(good)
				bad[at] ^= 0xff
				writeFile(t, bad, dir, segmentFile)
				if !running {
					live = reopen(t, dir, live)
				}
				if got, want := all(t, live), []uint32{0, 2}; !slices.Equal(got, want) {
					t.Errorf("while running %t: %v survive, want %v", running, got, want)
				}
			}
		})
	}
}

// TestCrashBetweenSteps puts the files together as a crash between two steps of closing, delivering or packing
// leaves them.
func TestCrashBetweenSteps(t *testing.T) {
	folder := outbox.MemoryFolder(t)
	box := reopen(t, folder, nil)
	add(t, box, home, 1)
	seal(t, box)
	firstID := open(t, next(t, box)).ID
	add(t, box, home, 2)
	box.Close()
	before := copyFolder(t, folder)
	reopen(t, folder, nil).Close() // closes 2

	const opened, chain = "open-0.unit", "chain"
	for name, step := range map[string]struct {
		back    []string // as they were before closing
		remove  []string
		rename  string
		damage  string
		without bool // the second unit was delivered, or is lost
	}{
		"nothing written yet":          {back: []string{opened, chain, segmentFile}},
		"unit written":                 {back: []string{opened, chain}},
		"chain written":                {back: []string{opened}},
		"closed":                       {},
		"slot lost":                    {remove: []string{opened}},
		"half of another open unit":    {damage: "open-1.unit"},
		"chain behind":                 {back: []string{chain}},
		"chain damaged":                {damage: chain},
		"chain lost":                   {remove: []string{chain}},
		"chain lost, unit still open":  {back: []string{opened}, remove: []string{chain}},
		"open unit damaged":            {back: []string{segmentFile, chain}, damage: opened, without: true},
		"delivered, still open":        {back: []string{opened}, without: true},
		"refusals damaged":             {damage: "refused.json"},
		"a segment of nothing":         {damage: "0000000009.units"},
		"half of a packed segment":     {rename: segmentFile},
		"another program's file there": {damage: "readme.txt"},
	} {
		arrange := func(dir string) error {
			var errs []error
			for _, name := range step.back {
				data, err := os.ReadFile(filepath.Join(before, name))
				errs = append(errs, err, os.WriteFile(filepath.Join(dir, name), data, 0o600))
			}
			for _, name := range step.remove {
				errs = append(errs, os.Remove(filepath.Join(dir, name)))
			}
			if step.rename != "" {
				errs = append(errs, os.WriteFile(filepath.Join(dir, step.rename+".new"), []byte("LLU"), 0o600))
			}
			if step.damage != "" {
				errs = append(errs, os.WriteFile(filepath.Join(dir, step.damage), []byte("{"), 0o600))
			}
			return errors.Join(errs...)
		}
		t.Run(name, func(t *testing.T) {
			dir := copyFolder(t, folder)
			if name == "delivered, still open" {
				box := reopen(t, dir, nil)
				first := next(t, box)
				box.PutOff(first, 1<<40)
				deliver(t, box, next(t, box))
				box.Close()
			}
			if err := arrange(dir); err != nil {
				t.Fatal(err)
			}
			box := reopen(t, dir, nil)
			add(t, box, home, 3)
			box = reopen(t, dir, box)
			want := []uint32{1, 2, 3}
			if step.without {
				want = []uint32{1, 3}
			}
			got := drain(t, box)
			var marks []uint32
			for _, b := range got {
				marks = append(marks, b.marks()...)
			}
			if !slices.Equal(marks, want) {
				t.Errorf("outbox holds %v, want %v", marks, want)
			}
			if got[0].ID != firstID {
				t.Error("the first batch changed")
			}
			if h := got[1].Header; !step.without && (h.Sequence != 2 || h.Previous != firstID.String()) {
				t.Errorf("second batch is number %d after %s", h.Sequence, h.Previous)
			}
		})
	}
}

// TestNoteOfAnotherUnit puts the note of one write before the unit of another, as a write does that is cut off right
// between them: the chain would go on from a batch that nobody has.
func TestNoteOfAnotherUnit(t *testing.T) {
	folder := outbox.MemoryFolder(t)
	box := reopen(t, folder, nil)
	add(t, box, home, 1)
	add(t, box, home, 2)
	box.Close()
	one, two := readFile(t, folder, "open-1.unit"), readFile(t, folder, "open-0.unit")
	writeFile(t, slices.Concat(two[:outbox.NoteBytes], one[outbox.NoteBytes:]), folder, "open-1.unit")
	if got := all(t, reopen(t, copyFolder(t, folder), nil)); !slices.Equal(got, []uint32{1, 2}) {
		t.Errorf("%v survive, want [1 2]", got)
	}
	if err := os.Remove(filepath.Join(folder, "open-0.unit")); err != nil {
		t.Fatal(err)
	}
	if got := all(t, reopen(t, folder, nil)); len(got) != 0 {
		t.Errorf("%v is taken with the note of another unit", got)
	}
}

// TestPackingCutOff leaves units in two segments, as packing does that a crash cut off: each is there once.
func TestPackingCutOff(t *testing.T) {
	folder := outbox.MemoryFolder(t)
	box := reopen(t, folder, nil)
	var ends []int64
	for mark := range uint32(3) {
		add(t, box, home, mark)
		seal(t, box)
		ends = append(ends, box.Stats().Bytes)
	}
	box.Close()
	whole := readFile(t, folder, segmentFile)
	writeFile(t, whole[ends[0]:ends[1]], folder, "0000000002.units")
	writeFile(t, whole[ends[1]:], folder, "0000000003.units")
	box = reopen(t, folder, nil)
	if n := box.Stats().Waiting; n != 3 {
		t.Errorf("%d units wait, want 3", n)
	}
	add(t, box, home, 9)
	if got, want := all(t, reopen(t, folder, box)), []uint32{0, 1, 2, 9}; !slices.Equal(got, want) {
		t.Errorf("%v survive, want %v", got, want)
	}
}

// TestChainFirst keeps the chain from being written after a unit was closed: nothing may take that unit's place
// until it is, or a crash would make its key begin a second chain.
func TestChainFirst(t *testing.T) {
	folder := t.TempDir()
	box := reopen(t, folder, nil)
	add(t, box, home, 1)
	obstacle := filepath.Join(folder, "chain.new")
	if err := os.MkdirAll(filepath.Join(obstacle, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	seal(t, box)
	if err := box.Append(away, beat(2)); err == nil {
		t.Error("the place of a unit was taken that the chain does not know")
	}
	if err := box.Delivered(next(t, box), receiptOf(t, next(t, box))); err == nil {
		t.Error("a unit was removed that the chain does not know")
	}
	if err := os.RemoveAll(obstacle); err != nil {
		t.Fatal(err)
	}
	add(t, box, away, 2)
	add(t, box, home, 3)
	got := drain(t, reopen(t, copyFolder(t, folder), nil)) // the crash
	if len(got) != 3 || got[2].Header.Sequence != 2 || got[2].Header.Previous != got[0].ID.String() {
		t.Errorf("the chain broke: %d units", len(got))
	}
}
