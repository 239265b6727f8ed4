package outbox

import (
	"errors"
	"os"
)

// blank writes zeros over slots whose unit was closed and is gone from the segments: delivered, or given up. To cut them
// off would give the disk's room to others, and a disk that is full later would take no open unit. Whatever moment a
// crash comes, the chain on the disk has passed what was in the slot.
func (o *Outbox) blank() {
	for slot, number := range o.holds {
		if number == 0 || number >= o.chain.Next || o.stale || o.index(number) >= 0 {
			continue
		}
		if err := o.zero(slotName(uint64(slot))); err != nil {
			o.cfg.Log.Warn("what was delivered could not be removed: will try again")
			continue
		}
		o.holds[slot] = 0
	}
}

func (o *Outbox) zero(name string) error {
	file, err := o.root.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err == nil {
		_, err = file.WriteAt(make([]byte, info.Size()), 0)
	}
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}
