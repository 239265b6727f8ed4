package outbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// The open unit is written anew with every check, to two files in turn: a note of its place in its chain and how often
// it was written, sealed and always of the same size, and the unit. While one is being written the other is whole, so
// whatever moment a crash comes, all that Append returned for is in one of them. It costs one fsync, where a rename would
// cost three.
const slots = 2

func slotName(slot uint64) string { return fmt.Sprintf("open-%d.unit", slot%slots) }

const (
	placeLabel = "place"
	placeBytes = 256 // of JSON, padded: more than it ever takes
	// placeSealed is what AES-GCM makes of it, with a nonce and a tag.
	placeSealed = 12 + placeBytes + 16

	maxSlotBytes = placeSealed + int64(headBytes) + maxSealedBytes
)

// place is what the note in a slot says.
type place struct {
	namedLink
	// Version counts the writes of this process: of two slots with the same unit the higher is the later.
	Version uint64 `json:"version"`
}

// writeOpen seals a draft and writes it.
func (o *Outbox) writeOpen(d *draft) error {
	// The slots are about to be written over that alone know of what the chain on the disk does not.
	if err := o.syncChain(); err != nil {
		return err
	}
	if err := o.seal(d); err != nil {
		return err
	}
	note, err := o.secret.seal(placeLabel, placeBytes, place{d.link, o.version + 1})
	if err != nil {
		return err
	}
	if err := o.writeSlot(slotName(o.version+1), slices.Concat(note, d.unit)); err != nil {
		return fmt.Errorf("write open unit: %w", err)
	}
	o.version++
	o.holds[o.version%slots] = o.next
	return nil
}

// writeSlot writes over what the slot holds. What is longer of that stays behind it, and is not read.
func (o *Outbox) writeSlot(name string, data []byte) error {
	_, err := o.root.Stat(name)
	fresh := errors.Is(err, fs.ErrNotExist)
	file, err := o.root.OpenFile(name, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(data, 0)
	if err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close())
	if err == nil && fresh {
		err = durable.SyncFolder(o.root, ".")
	}
	return err
}

// close makes the open unit one that can be sent. Whatever step fails, or is the last before a crash, the unit is
// in its slot until it is in a segment and in the chain.
func (o *Outbox) close() error {
	if o.draft == nil {
		return nil
	}
	if err := o.closeUnit(o.draft.link, o.draft.unit); err != nil {
		return fmt.Errorf("close unit: %w", err)
	}
	o.draft = nil
	o.makeRoom()
	o.announce()
	return nil
}

func (o *Outbox) closeUnit(place namedLink, framed []byte) error {
	u, _, err := readUnit(framed)
	if err != nil {
		return err
	}
	if o.index(u.number) < 0 {
		if err := o.enter(u, framed); err != nil {
			return err
		}
	}
	o.next = max(o.next, u.number+1)
	o.chain.extend(u.number, place)
	o.stale = true
	if err := o.syncChain(); err != nil {
		// The unit is safe, and its slot stays as it is until the chain is written, too.
		o.cfg.Log.Warn("outbox chain could not be written: will try again")
	}
	return nil
}

// recoverOpen closes the unit that an earlier process left open. One that the chain has passed was closed before.
func (o *Outbox) recoverOpen() error {
	var last place
	var framed []byte
	for slot := range uint64(slots) {
		at, found, err := o.readSlot(slotName(slot))
		if err != nil {
			return err
		}
		o.holds[slot] = numberOf(found)
		if found != nil && (framed == nil || laterThan(at, found, last, framed)) {
			last, framed = at, found
		}
	}
	if framed == nil {
		return nil
	}
	o.version = last.Version
	if numberOf(framed) < o.chain.Next {
		return nil
	}
	if err := o.closeUnit(last.namedLink, framed); err != nil {
		// A disk that is full keeps no probe from starting. The unit is closed before anything is put in its place.
		o.cfg.Log.Error("the unit that was left open could not be closed: check that the disk has room and the state folder is writable")
		o.draft = &draft{records: maxDraftRecords, unit: framed, link: last.namedLink}
	}
	return nil
}

func laterThan(a place, aFramed []byte, b place, bFramed []byte) bool {
	if x, y := numberOf(aFramed), numberOf(bFramed); x != y {
		return x > y
	}
	return a.Version > b.Version
}

func numberOf(framed []byte) uint64 {
	u, _, err := readUnit(framed)
	if err != nil {
		return 0
	}
	return u.number
}

// readSlot returns what is whole in a slot; nothing when it was being written, or never was.
func (o *Outbox) readSlot(name string) (place, []byte, error) {
	data, err := readSome(o.root, name, maxSlotBytes)
	if err != nil {
		return place{}, nil, fmt.Errorf("read slot: %w", err)
	}
	at, framed, ok := o.secret.parseSlot(data)
	if !ok {
		return place{}, nil, nil
	}
	return at, framed, nil
}

func (s secret) parseSlot(data []byte) (at place, framed []byte, ok bool) {
	if len(data) < placeSealed || !s.open(placeLabel, data[:placeSealed], &at) || at.Name == "" {
		return place{}, nil, false
	}
	framed = data[placeSealed:]
	u, _, err := readUnit(framed)
	id, ok := measurement.Receipt{Batch: at.Previous}.ID()
	// The note of one write may stand before the unit of another.
	if err != nil || !ok || u.name != s.name(id) {
		return place{}, nil, false
	}
	return at, framed[:u.bytes], true
}
