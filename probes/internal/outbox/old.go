package outbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// errOld is of a folder as programs before the first release wrote it, with notes that were not sealed.
var errOld = errors.New("the outbox folder is of an early version of this program, and cannot be read: delete the folder to go on; what waits in it is lost")

// refuseOld fails where the folder is of the old form, which would else look like damage and be cut off.
func (o *Outbox) refuseOld() error {
	if _, err := o.root.Stat("chain.json"); err == nil {
		return errOld
	}
	for slot := range uint64(slots) {
		file, err := o.root.Open(slotName(slot))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("open slot: %w", err)
		}
		begin := make([]byte, len(oldSlot))
		_, err = io.ReadFull(file, begin)
		if err := file.Close(); err != nil {
			return fmt.Errorf("close slot: %w", err)
		}
		if err == nil && bytes.Equal(begin, oldSlot) {
			return errOld
		}
	}
	return nil
}

var oldSlot = []byte(`{"name":"`)
