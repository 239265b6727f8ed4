package outbox

import (
	"os"
	"testing"
)

// MemoryFolder is a folder in memory where there is one: a process that is killed loses nothing of it, and nothing
// waits for a disk.
func MemoryFolder(t testing.TB) string {
	t.Helper()
	folder, err := os.MkdirTemp("/dev/shm", "lamplight-outbox-") //nolint:usetesting // t.TempDir is on a disk
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	return folder
}

// Slots returns the unit that was left open in a folder, its number, and the slot whose turn it is to be written.
func Slots(t testing.TB, folder string) (unit []byte, number uint64, turn string) {
	t.Helper()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	o := &Outbox{root: root}
	var last place
	for slot := range uint64(slots) {
		at, framed, err := o.readSlot(slotName(slot))
		if err != nil {
			t.Fatal(err)
		}
		if framed != nil && (unit == nil || laterThan(at, framed, last, unit)) {
			last, unit, number, turn = at, framed, numberOf(framed), slotName(slot+1)
		}
	}
	return unit, number, turn
}
