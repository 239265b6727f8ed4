package outbox

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Look counts what lies in the folder of an outbox that nobody has open, as far as it can be told without the seed, and
// changes nothing. The unit that was left open counts as one to send: it is closed at the next start.
func Look(root *os.Root) (Stats, error) {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return Stats{}, fmt.Errorf("look into outbox: %w", err)
	}
	known := map[uint64]int64{} // sizes, by number: packing that was cut off leaves a unit in two segments
	for _, entry := range entries {
		if _, ok := segmentNumber(entry.Name()); !ok {
			continue
		}
		data, err := readSome(root, entry.Name(), maxSegmentBytes)
		if err != nil {
			return Stats{}, fmt.Errorf("look into outbox: %w", err)
		}
		units, _, _ := readUnits(data)
		for _, u := range units {
			known[u.number] = u.bytes
		}
	}
	for slot := range uint64(slots) {
		data, err := readSome(root, slotName(slot), maxSlotBytes)
		if err != nil {
			return Stats{}, fmt.Errorf("look into outbox: %w", err)
		}
		if len(data) < placeSealed {
			continue
		}
		if u, _, err := readUnit(data[placeSealed:]); err == nil { // one that was delivered is overwritten
			known[u.number] = u.bytes
		}
	}
	r, err := readRefused(root)
	if err != nil {
		return Stats{}, fmt.Errorf("look into outbox: %w", err)
	}
	out := Stats{Refused: r.counts()}
	for number, bytes := range known {
		out.Bytes += bytes
		if _, refused := r.Units[number]; refused {
			out.Rejected++
		} else {
			out.Waiting++
		}
	}
	return out, nil
}

// readSome reads the beginning of a file; nothing of one that is not there.
func readSome(root *os.Root, name string, most int64) ([]byte, error) {
	file, err := root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(file, most))
	return data, errors.Join(err, file.Close())
}
