package outbox

import (
	"errors"
	"fmt"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
)

// repack writes segments anew that hold what is no longer wanted, small neighbors together. A crash on the way
// leaves a unit in two segments, and recovery takes it once.
func (o *Outbox) repack() error {
	var all, run []segment
	var units []unit // of run
	var bytes int64
	flush := func() error {
		packed, err := o.packRun(run, units)
		all = append(all, packed...)
		run, units, bytes = nil, nil, 0
		return err
	}
	at := 0
	var err error
	for _, s := range o.segments {
		held := o.units[at : at+s.units]
		at += s.units
		var live int64
		for _, u := range held {
			live += u.bytes
		}
		if err != nil || live == s.size && live >= segmentBytes/2 {
			if err == nil {
				err = flush()
			}
			all = append(all, s)
			continue
		}
		run, units, bytes = append(run, s), append(units, held...), bytes+live
		if bytes >= segmentBytes {
			err = flush()
		}
	}
	if err == nil {
		err = flush()
	} else {
		all = append(all, run...)
	}
	o.segments = all
	return err
}

// packRun makes one segment of neighbors. When it fails they are as they were.
func (o *Outbox) packRun(run []segment, units []unit) ([]segment, error) {
	if len(run) == 0 || len(run) == 1 && run[0].size == bytesOf(units) {
		return run, nil
	}
	var data []byte
	offsets := make([]int64, 0, len(units))
	at := 0
	for _, s := range run {
		for _, u := range units[at : at+s.units] {
			sealed, err := o.readAt(s, u)
			if err != nil {
				return run, err
			}
			offsets = append(offsets, int64(len(data)))
			data = append(data, u.frame(sealed)...)
		}
		at += s.units
	}
	packed := segment{name: units[0].number, size: int64(len(data)), units: len(units)}
	if err := durable.WriteFile(o.root, packed.file(), data); err != nil {
		return run, fmt.Errorf("pack units: %w", err)
	}
	for i := range units {
		o.units[o.index(units[i].number)].offset = offsets[i]
	}
	var errs []error
	for _, s := range run {
		if s.name != packed.name {
			errs = append(errs, o.removeFile(s.file()))
		}
	}
	return []segment{packed}, errors.Join(errs...)
}

func bytesOf(units []unit) int64 {
	var sum int64
	for _, u := range units {
		sum += u.bytes
	}
	return sum
}
