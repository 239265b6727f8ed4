package outbox_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/outbox"
)

// A unit that the gateway refused for its time waits on after a restart, and its refusals are counted on.
func TestUntimely(t *testing.T) {
	for _, test := range []struct {
		name  string
		off   time.Duration // how much later its clock says that it is when it starts again
		waits time.Duration // the hours that are full
		count int           // of the refusal that comes then
	}{
		{"at once", 0, 6 * time.Hour, 2},
		{"after two hours", 2 * time.Hour, 4 * time.Hour, 2},
		{"after a day", 24 * time.Hour, 0, 2},
		{"with a clock that was set back a little", -10 * time.Minute, 6 * time.Hour, 2},
		{"with a clock that was set right by a year", -365 * 24 * time.Hour, 0, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder, cfg := t.TempDir(), config()
			at := &moment{time.Date(2026, 3, 1, 12, 10, 0, 0, time.UTC)}
			cfg.Clock = at
			box := openWith(t, folder, cfg)
			add(t, box, home, 1)
			seal(t, box)
			b := next(t, box)
			if n := box.Untimely(b); n != 1 {
				t.Fatalf("refused for the first time, %d are counted", n)
			}
			box.PutOff(b, 6*time.Hour)
			box.Close()
			at.now = at.now.Add(test.off)
			box = openWith(t, folder, cfg)
			if wait, _ := box.Wait(); wait.Truncate(time.Hour) != test.waits {
				t.Errorf("it waits %v, want %v", wait, test.waits)
			}
			if n := box.Untimely(b); n != test.count {
				t.Errorf("refused again, %d are counted, want %d", n, test.count)
			}
		})
	}
}

// What is noted of a unit goes with it, however it goes, and a program that does not end well has noted it before.
func TestUntimelyNotesGo(t *testing.T) {
	for name, do := range map[string]func(*outbox.Outbox, outbox.Batch){
		"delivered": func(box *outbox.Outbox, b outbox.Batch) { deliver(t, box, b) },
		"set aside": func(box *outbox.Outbox, b outbox.Batch) { _ = box.Refuse(b, "clock") },
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			box := openWith(t, folder, config())
			add(t, box, home, 1)
			seal(t, box)
			b := next(t, box)
			box.Untimely(b)
			box.PutOff(b, 6*time.Hour)
			box.Tidy()
			if !bytes.Contains(readFile(t, folder, "refused.json"), []byte("times")) {
				t.Error("nothing is noted")
			}
			do(box, b)
			box.Tidy()
			if bytes.Contains(readFile(t, folder, "refused.json"), []byte("times")) {
				t.Error("what was noted stays")
			}
		})
	}
}

// Notes that say nothing, or are of units that are gone, do no harm.
func TestUntimelyNotesOfNothing(t *testing.T) {
	folder := t.TempDir()
	box := openWith(t, folder, config())
	add(t, box, home, 1)
	seal(t, box)
	b := next(t, box)
	box.Close()
	writeFile(t, []byte(fmt.Sprintf(`{"counts":{},"units":{},"untimely":{"%d":null,"99":{"times":9}}}`, b.Number)), folder, "refused.json")
	box = openWith(t, folder, config())
	if n := box.Untimely(next(t, box)); n != 1 {
		t.Errorf("refused for the first time, %d are counted", n)
	}
	box.Tidy()
	if bytes.Contains(readFile(t, folder, "refused.json"), []byte("99")) {
		t.Error("a note of a unit that is gone stays")
	}
}
