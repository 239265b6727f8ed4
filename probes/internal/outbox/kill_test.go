package outbox_test

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/outbox"
)

var crashes = flag.Int("crashes", 30, "random crashes that TestCrashes makes; the figure is of 1000")

// life is how many crashes one outbox goes through.
const life = 12

// ledger is what children said that they had: what must be found afterwards, and what has been.
type ledger struct {
	sealed   map[uint32]bool // Append returned
	receipts map[uint32]bool // in a unit that was delivered
	sequence map[string]string
}

// TestCrashes lets a child append, seal and deliver, and ends it at a random moment: by SIGKILL, by SIGKILL with the file that
// was written last torn at a random byte, or on a disk that is full. After each crash, all that was sealed is in
// the outbox unless there was a receipt for it, and no number of a chain was given to two batches.
func TestCrashes(t *testing.T) {
	if folder := os.Getenv("LAMPLIGHT_TEST_OUTBOX"); folder != "" {
		crashingChild(t, folder)
		return
	}
	random := rand.New(rand.NewPCG(1, 2))
	var folder string
	var l ledger
	survived, sealed, receipts := 0, 0, 0
	for round := range *crashes {
		if round%life == 0 {
			folder, l = outbox.MemoryFolder(t), ledger{map[uint32]bool{}, map[uint32]bool{}, map[string]string{}}
		}
		sealed, receipts = sealed-len(l.sealed), receipts-len(l.receipts)
		full := ""
		if round%3 == 2 {
			full = fmt.Sprint(2000 + random.IntN(40_000))
		}
		l.run(t, folder, round, full, time.Duration(random.IntN(30_000))*time.Microsecond)
		if round%3 == 1 {
			tear(t, folder, random)
		}
		if l.check(t, folder, round) {
			survived++
		}
		sealed, receipts = sealed+len(l.sealed), receipts+len(l.receipts)
		if t.Failed() {
			break
		}
	}
	if receipts == 0 || sealed < *crashes {
		t.Errorf("%d records were sealed and %d delivered: nothing was tried", sealed, receipts)
	}
	t.Logf("%d of %d crashes lost nothing of %d records sealed, %d delivered", survived, *crashes, sealed, receipts)
}

// run starts a child and kills it a while after its first word.
func (l ledger) run(t *testing.T, folder string, round int, full string, after time.Duration) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCrashes$")
	child.Env = append(os.Environ(), "LAMPLIGHT_TEST_OUTBOX="+folder, fmt.Sprintf("LAMPLIGHT_TEST_FROM=%d", (round+1)*10_000), "LAMPLIGHT_TEST_FULL="+full)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	var kill *time.Timer
	for lines.Scan() {
		if kill == nil {
			kill = time.AfterFunc(after, func() { _ = child.Process.Kill() })
		}
		var word string
		var mark uint32
		if _, err := fmt.Sscan(lines.Text(), &word, &mark); err != nil {
			for words := lines.Text(); ; words += "\n" + lines.Text() {
				if !lines.Scan() {
					t.Fatalf("child says %s", words)
				}
			}
		}
		switch word {
		case "sealed":
			l.sealed[mark] = true
		case "receipt":
			l.receipts[mark] = true
		default:
			t.Fatalf("child says %q", lines.Text())
		}
	}
	_ = child.Wait() // it was killed
	if kill == nil {
		t.Fatal("the child said nothing")
	}
	kill.Stop()
}

// check opens the outbox as after a restart and counts.
func (l ledger) check(t *testing.T, folder string, round int) bool {
	t.Helper()
	looked := copyFolder(t, folder)
	defer os.RemoveAll(looked)
	box := reopen(t, looked, nil)
	defer box.Close()
	found := map[uint32]int{}
	for _, b := range drain(t, box) {
		place := fmt.Sprintf("%x %d", b.key, b.Header.Sequence)
		if other, known := l.sequence[place]; known && other != b.ID.String() {
			t.Errorf("round %d: two batches are number %d of one chain", round, b.Header.Sequence)
		}
		l.sequence[place] = b.ID.String()
		for _, mark := range b.marks() {
			found[mark]++
		}
	}
	for mark := range l.sealed {
		if found[mark] == 0 && !l.receipts[mark] || found[mark] > 1 {
			t.Errorf("round %d: record %d is there %d times, receipt %t", round, mark, found[mark], l.receipts[mark])
		}
	}
	return !t.Failed()
}

// tear does to files that were being written what a power cut may do: the new copy of a file that is about to be
// replaced, the slot whose turn it is, and the end of the last segment while its last unit is not in the chain.
func tear(t *testing.T, folder string, random *rand.Rand) {
	t.Helper()
	for _, name := range []string{"chain", "refused.json"} {
		if data, err := os.ReadFile(filepath.Join(folder, name)); err == nil {
			writeFile(t, data[:random.IntN(len(data)+1)], folder, name+".new")
		}
	}
	newest, number, turn := outbox.Slots(t, folder, config().Identity)
	if newest == nil {
		return
	}
	if before, err := os.ReadFile(filepath.Join(folder, turn)); err == nil { // half new, half as it was
		after := slices.Clone(readFile(t, folder, map[string]string{"open-0.unit": "open-1.unit", "open-1.unit": "open-0.unit"}[turn]))
		cut := random.IntN(min(len(before), len(after)) + 1)
		writeFile(t, append(after[:cut], before[cut:]...), folder, turn)
	}
	chained, _ := outbox.ChainOf(t, folder, config().Identity)
	segments, err := filepath.Glob(filepath.Join(folder, "*.units"))
	if err != nil || len(segments) == 0 || number < chained {
		return
	}
	last := slices.Max(segments)
	data := bytes.TrimSuffix(readFile(t, last), newest) // it was being closed
	writeFile(t, append(data, newest[:random.IntN(len(newest))]...), last)
}

// crashingChild works until it is killed. What it says is true when it says it.
func crashingChild(t *testing.T, folder string) {
	var from uint32
	if _, err := fmt.Sscan(os.Getenv("LAMPLIGHT_TEST_FROM"), &from); err != nil {
		t.Fatal(err)
	}
	fill := fillDisk(t, folder, os.Getenv("LAMPLIGHT_TEST_FULL"))
	box := openWith(t, folder, config())
	for mark := from; ; mark++ {
		origin := home
		if mark%7 == 0 {
			origin = away
		}
		if err := box.Append(origin, beat(mark)); err == nil {
			fmt.Println("sealed", mark)
		} else if !fill {
			t.Fatal(err)
		}
		if mark%3 == 0 {
			if err := box.Seal(); err != nil && !fill {
				t.Fatal(err)
			}
		}
		if mark%4 == 0 {
			deliverOne(t, box)
		}
	}
}

func deliverOne(t *testing.T, box *outbox.Outbox) {
	b, ok, err := box.Next()
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		return
	}
	for _, mark := range marks(t, b) {
		fmt.Println("receipt", mark)
	}
	_ = box.Delivered(b, receiptOf(t, b)) // on a full disk it stays, and is sent again
}
