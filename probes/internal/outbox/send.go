package outbox

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Oldest returns the batch that has waited longest; false when none waits. A damaged file is set aside.
func (o *Outbox) Oldest() (Batch, bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(o.waiting) > 0 {
		b, _, err := o.load(o.waiting[0].number)
		if err == nil {
			return b, true, nil
		}
		if !errors.Is(err, errDamaged) {
			return Batch{}, false, err
		}
		o.cfg.Log.Warn("a batch file is damaged: set aside", "batch_number", o.waiting[0].number)
		if err := o.setAside(o.waiting[0].number); err != nil {
			return Batch{}, false, err
		}
	}
	return Batch{}, false, nil
}

func (o *Outbox) load(number uint64) (Batch, measurement.Header, error) {
	file, err := o.root.Open(batchName(number))
	if err != nil {
		return Batch{}, measurement.Header{}, fmt.Errorf("open batch: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFileBytes))
	if err != nil {
		return Batch{}, measurement.Header{}, fmt.Errorf("read batch: %w", err)
	}
	b, header, err := decode(data)
	b.Number = number
	return b, header, err
}

// Delivered removes a batch for which there is a verified receipt, and keeps the receipt's beacon for
// the batches to come.
func (o *Outbox) Delivered(b Batch, receipt measurement.Receipt) error {
	if receipt.Batch != b.ID.String() {
		return fmt.Errorf("the receipt is for another batch")
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if receipt.Beacon != o.chain.Beacon {
		o.chain.Beacon, o.stale = receipt.Beacon, true
	}
	// Without its batch, only the chain knows that the number is taken.
	if err := o.syncChain(); err != nil {
		return fmt.Errorf("remove delivered batch: %w", err)
	}
	o.forget(b.Number)
	if err := o.root.Remove(batchName(b.Number)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove delivered batch: %w", err)
	}
	return nil
}

// Reject sets a batch aside that the gateway will never take. It is kept for whoever wants to know why.
func (o *Outbox) Reject(b Batch) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.setAside(b.Number)
}

func (o *Outbox) setAside(number uint64) error {
	i := slices.IndexFunc(o.waiting, func(p parcel) bool { return p.number == number })
	if i < 0 {
		return nil // given up for want of room meanwhile
	}
	if err := o.root.Rename(batchName(number), rejectedName(number)); err != nil {
		return fmt.Errorf("set batch aside: %w", err)
	}
	o.aside = append(o.aside, o.waiting[i])
	o.forget(number)
	return durable.SyncFolder(o.root, ".")
}

func (o *Outbox) forget(number uint64) {
	o.waiting = slices.DeleteFunc(o.waiting, func(p parcel) bool { return p.number == number })
}
