package outbox

import (
	"os"
	"testing"

	"github.com/lamplight-net/lamplight/probes/internal/identity"
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

// closed is an outbox that nobody has opened: what lies in its folder can be read. Its root is to be closed.
func closed(t testing.TB, folder string, id identity.Identity) *Outbox {
	t.Helper()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSecret(id)
	if err != nil {
		t.Fatal(err)
	}
	return &Outbox{root: root, secret: s}
}

// ChainOf returns what the chain in a folder says: the number of the next unit, 0 without a chain, and of how many
// networks and months it knows the last batch.
func ChainOf(t testing.TB, folder string, id identity.Identity) (next uint64, links int) {
	t.Helper()
	o := closed(t, folder, id)
	defer o.root.Close()
	if _, err := o.root.Stat(chainName); err != nil {
		return 0, 0
	}
	c, err := readChain(o.root, o.secret)
	if err != nil {
		t.Fatal(err)
	}
	return c.Next, len(c.Links)
}

// Slots returns the unit that was left open in a folder, its number, and the slot whose turn it is to be written.
func Slots(t testing.TB, folder string, id identity.Identity) (unit []byte, number uint64, turn string) {
	t.Helper()
	o := closed(t, folder, id)
	defer o.root.Close()
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

// NoteBytes is where the unit begins in a slot.
const NoteBytes = placeSealed
