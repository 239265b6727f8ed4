package outbox_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/lamplight-net/lamplight/probes/internal/outbox"
)

// all returns the marks of every record in the outbox, which it empties.
func all(t *testing.T, box *outbox.Outbox) []uint32 {
	t.Helper()
	var out []uint32
	for {
		b, ok, err := box.Oldest()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return out
		}
		out = append(out, marks(t, b)...)
		deliver(t, box, b)
	}
}

// TestTornLog cuts the open log in many places, around the end of each record above all: every record
// whose line is whole survives.
func TestTornLog(t *testing.T) {
	folder := t.TempDir()
	box := reopen(t, folder, nil)
	var ends []int64 // of the log, after each record
	for mark := range uint32(3) {
		add(t, box, home, mark)
		ends = append(ends, box.Stats().Bytes)
	}
	box.Close()
	name := filepath.Join(folder, "open-0000000001.log")
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var cuts []int
	for _, end := range ends {
		cuts = append(cuts, int(end)-1, int(end), min(int(end)+1, len(whole)))
	}
	for cut := 0; cut < len(whole); cut += 37 {
		cuts = append(cuts, cut)
	}
	for _, cut := range cuts {
		torn := t.TempDir()
		// What lies behind the tear need not be nothing: a disk may leave anything there.
		data := append(slices.Clone(whole[:cut]), make([]byte, len(whole)-cut)...)
		if err := os.WriteFile(filepath.Join(torn, filepath.Base(name)), data, 0o600); err != nil {
			t.Fatal(err)
		}
		box := reopen(t, torn, nil)
		want := 0
		for _, end := range ends {
			if int64(cut) >= end {
				want++
			}
		}
		if got := len(all(t, box)); got != want {
			t.Fatalf("cut at byte %d of %d: %d records survive, want %d", cut, len(whole), got, want)
		}
		add(t, box, home, 9)
		if got := all(t, reopen(t, torn, box)); !slices.Equal(got, []uint32{9}) {
			t.Fatalf("cut at byte %d: afterwards the outbox holds %v, want [9]", cut, got)
		}
	}
}

// TestCrashWhileSealing puts the files together as a crash between two steps of sealing leaves them.
func TestCrashWhileSealing(t *testing.T) {
	folder := t.TempDir()
	box := reopen(t, folder, nil)
	add(t, box, home, 1)
	if err := box.Seal(); err != nil {
		t.Fatal(err)
	}
	firstID := oldest(t, box).ID
	add(t, box, home, 2)
	box.Close()
	before := copyFolder(t, folder)
	box = reopen(t, folder, nil) // seals 2
	box.Close()

	const logFile, batch, chain = "open-0000000002.log", "0000000002.batch", "chain.json"
	for name, files := range map[string]struct {
		back    []string // put back as they were before sealing
		remove  string
		rename  string
		damage  string
		without bool // the second batch was delivered
	}{
		"nothing written yet":        {back: []string{logFile, chain}, remove: batch},
		"half a batch":               {back: []string{logFile, chain}, rename: batch},
		"batch written":              {back: []string{logFile, chain}},
		"chain written":              {back: []string{logFile}},
		"log removed":                {},
		"chain behind":               {back: []string{chain}},
		"chain damaged":              {damage: chain},
		"chain lost":                 {remove: chain},
		"delivered, log still there": {back: []string{logFile}, remove: batch, without: true},
	} {
		arrange := func(dir string) error {
			var errs []error
			for _, name := range files.back {
				data, err := os.ReadFile(filepath.Join(before, name))
				errs = append(errs, err, os.WriteFile(filepath.Join(dir, name), data, 0o600))
			}
			if files.remove != "" {
				errs = append(errs, os.Remove(filepath.Join(dir, files.remove)))
			}
			if files.rename != "" {
				errs = append(errs, os.Rename(filepath.Join(dir, files.rename), filepath.Join(dir, files.rename+".new")))
			}
			if files.damage != "" {
				errs = append(errs, os.WriteFile(filepath.Join(dir, files.damage), []byte("{"), 0o600))
			}
			return errors.Join(errs...)
		}
		t.Run(name, func(t *testing.T) {
			dir := copyFolder(t, folder)
			if err := arrange(dir); err != nil {
				t.Fatal(err)
			}
			box := reopen(t, dir, nil)
			add(t, box, home, 3)
			box = reopen(t, dir, box)
			want := []uint32{1, 2, 3}
			if files.without {
				want = []uint32{1, 3}
			}
			first := oldest(t, box)
			if first.ID != firstID {
				t.Error("the first batch changed")
			}
			deliver(t, box, first)
			second := oldest(t, box)
			if h := open(t, second).Header; !files.without && (h.Sequence != 2 || h.Previous != firstID.String()) {
				t.Errorf("second batch is number %d after %s", h.Sequence, h.Previous)
			}
			if got := append([]uint32{1}, all(t, box)...); !slices.Equal(got, want) {
				t.Errorf("outbox holds %v, want %v", got, want)
			}
		})
	}
}

// TestDamagedBatch spoils a batch file: it is set aside and the others go on.
func TestDamagedBatch(t *testing.T) {
	folder := t.TempDir()
	box := reopen(t, folder, nil)
	for mark := range uint32(2) {
		add(t, box, home, mark)
		if err := box.Seal(); err != nil {
			t.Fatal(err)
		}
	}
	box.Close()
	name := filepath.Join(folder, "0000000001.batch")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for what, damaged := range map[string][]byte{
		"empty": {}, "cut": data[:len(data)-1], "flipped": append(slices.Clone(data[:len(data)-9]), make([]byte, 9)...), "no envelope": []byte("{}\n"),
	} {
		t.Run(what, func(t *testing.T) {
			dir := copyFolder(t, folder)
			if err := os.WriteFile(filepath.Join(dir, filepath.Base(name)), damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			box := reopen(t, dir, nil)
			if got := all(t, box); !slices.Equal(got, []uint32{1}) {
				t.Errorf("outbox gives %v, want [1]", got)
			}
			if got := box.Stats().Rejected; got != 1 {
				t.Errorf("%d files set aside, want 1", got)
			}
		})
	}
}

// TestKill kills a process that appends and seals: all that it said is kept is there, once.
func TestKill(t *testing.T) {
	if folder := os.Getenv("LAMPLIGHT_TEST_OUTBOX"); folder != "" {
		appendForever(t, folder)
		return
	}
	folder := t.TempDir()
	said := uint32(0)
	for round := range 5 {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKill$")
		child.Env = append(os.Environ(), "LAMPLIGHT_TEST_OUTBOX="+folder, "LAMPLIGHT_TEST_FROM="+strconv.Itoa(int(said)+1000))
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		kept := map[uint32]bool{}
		lines := bufio.NewScanner(out)
		for n := 0; n < 20+7*round && lines.Scan(); n++ {
			mark, err := strconv.ParseUint(lines.Text(), 10, 32)
			if err != nil {
				t.Fatalf("child says %q", lines.Text())
			}
			kept[uint32(mark)] = true
			said = uint32(mark)
		}
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // what it said before it died
			if mark, err := strconv.ParseUint(lines.Text(), 10, 32); err == nil {
				kept[uint32(mark)] = true
				said = uint32(mark)
			}
		}
		_ = child.Wait() // it was killed
		box := reopen(t, folder, nil)
		found := map[uint32]int{}
		for _, mark := range all(t, box) {
			found[mark]++
		}
		box.Close()
		if len(kept) == 0 {
			t.Fatal("the child said nothing")
		}
		for mark := range kept {
			if found[mark] != 1 {
				t.Errorf("round %d: record %d is there %d times", round, mark, found[mark])
			}
		}
		if len(found) > len(kept)+1 {
			t.Errorf("round %d: %d records found, %d kept", round, len(found), len(kept))
		}
	}
}

func appendForever(t *testing.T, folder string) {
	from, err := strconv.ParseUint(os.Getenv("LAMPLIGHT_TEST_FROM"), 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	box := reopen(t, folder, nil)
	for mark := uint32(from); ; mark++ {
		if err := box.Append(home, beat(mark)); err != nil {
			t.Fatal(err)
		}
		fmt.Println(mark)
		if mark%5 == 0 {
			if err := box.Seal(); err != nil {
				t.Fatal(err)
			}
		}
	}
}
