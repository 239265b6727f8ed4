package outbox

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/identity"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// FuzzRecover gives recovery whatever a disk may hold, also in notes that are sealed well: it opens, gives out nothing
// that does not fit its sum, and opens again to the same.
func FuzzRecover(f *testing.F) {
	s, err := newSecret(identity.FromSeed([32]byte{7}))
	if err != nil {
		f.Fatal(err)
	}
	one := unit{number: 1, hour: 490_000, edge: true, owner: s.owner, name: s.name(measurement.BatchID{1})}.frame([]byte("sealed"))
	two := unit{number: 2, hour: 490_001, name: s.name(measurement.BatchID{2})}.frame(bytes.Repeat([]byte(unitMark), 9))
	place := []byte(`{"name":"n","month":"2026-03","sequence":2,"previous":"` + measurement.BatchID{2}.String() + `","version":1}`)
	chain := []byte(`{"next":2,"links":{"n":{"month":"2026-03","sequence":1,"previous":""}}}`)
	f.Add(true, one, place, two, chain, []byte(`{"counts":{"x":1},"units":{"1":490000}}`))
	f.Add(false, append(bytes.Clone(one), two...), []byte("["), one, []byte("{"), []byte("{"))
	f.Add(true, append(bytes.Clone(one[:20]), two...), []byte(nil), []byte(nil), []byte(nil), []byte(nil))
	f.Add(true, []byte(unitMark), []byte("{}"), two, []byte(`{"next":18446744073709551615,"links":{}}`), []byte(`{"counts":{},"units":{}}`))
	f.Fuzz(func(t *testing.T, sealed bool, segment, place, opened, chain, refused []byte) {
		if sealed {
			place = s.notes.Seal(nil, nil, append(place, bytes.Repeat([]byte{' '}, max(0, placeBytes-len(place)))...), []byte(placeLabel))
			chain = s.notes.Seal(nil, nil, chain, []byte(chainName))
		}
		slot := append(place, opened...)
		folder := MemoryFolder(t)
		for name, data := range map[string][]byte{"0000000001.units": segment, slotName(1): slot, slotName(0): slot[:len(slot)/2], chainName: chain, refusedName: refused} {
			if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		first, second := takeAll(t, folder), takeAll(t, folder)
		if !bytes.Equal(first, second) {
			t.Errorf("opened again it gives\n%x\nnot\n%x", second, first)
		}
	})
}

// takeAll opens the outbox and returns the ids of all that it gives out, but delivers nothing.
func takeAll(t *testing.T, folder string) []byte {
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	box, err := Open(root, Config{Identity: identity.FromSeed([32]byte{7}), Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	var ids []byte
	for {
		b, ok, err := box.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			break
		}
		ids = append(ids, b.name[:]...)
		box.PutOff(b, time.Hour)
	}
	if err := box.Close(); err != nil {
		t.Fatal(err)
	}
	return ids
}

// FuzzReadUnit gives the reader of units whatever may lie in a segment.
func FuzzReadUnit(f *testing.F) {
	f.Add(unit{number: 1, hour: 2, edge: true}.frame([]byte("sealed")))
	f.Add([]byte(unitMark))
	f.Fuzz(func(t *testing.T, data []byte) {
		u, sealed, err := readUnit(data)
		if err != nil {
			return
		}
		if again := u.frame(sealed); u.bytes != int64(len(again)) || !bytes.Equal(again[headBytes:], data[headBytes:u.bytes]) {
			t.Errorf("%x is read as %+v", data, u)
		}
		units, whole, _ := readUnits(data)
		if len(units) == 0 || whole > int64(len(data)) {
			t.Errorf("%d units of %x", len(units), data)
		}
	})
}
