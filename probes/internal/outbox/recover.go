package outbox

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// recover reads the folder as a crash may have left it.
func (o *Outbox) recover() error {
	var err error
	if o.chain, err = readChain(o.root, o.secret); err != nil {
		return err
	}
	entries, err := fs.ReadDir(o.root.FS(), ".")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if number, ok := segmentNumber(entry.Name()); ok {
			// In order, as the names are, which are of one length.
			o.segments = append(o.segments, segment{name: number})
		} else if strings.HasSuffix(entry.Name(), ".new") {
			if err := o.root.Remove(entry.Name()); err != nil {
				return err
			}
		}
	}
	for i := range o.segments {
		if err := o.recoverSegment(&o.segments[i]); err != nil {
			return err
		}
	}
	if err := o.remove(func(unit) bool { return false }); err != nil { // segments of nothing
		return err
	}
	o.next = o.chain.Next
	if n := len(o.units); n > 0 {
		o.next = max(o.next, o.units[n-1].number+1)
	}
	if err := o.recoverOpen(); err != nil {
		return err
	}
	if o.refused, err = readRefused(o.root); err != nil {
		return err
	}
	o.forgetRefused()
	o.waitOn()
	o.blank()
	o.makeRoom()
	return nil
}

func (o *Outbox) recoverSegment(s *segment) error {
	file, err := o.root.OpenFile(s.file(), os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("open segment: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxSegmentBytes))
	if err != nil {
		return fmt.Errorf("read segment: %w", err)
	}
	units, whole, damaged := readUnits(data)
	if damaged {
		o.cfg.Log.Warn("a segment of the outbox is torn or damaged", "bytes", len(data), "whole_units", len(units))
	}
	if whole < int64(len(data)) {
		if err := file.Truncate(whole); err != nil {
			return fmt.Errorf("cut torn segment: %w", err)
		}
	}
	s.size = whole
	for _, u := range units {
		// Packing that was cut off leaves a unit in two segments.
		if n := len(o.units); n > 0 && u.number <= o.units[n-1].number {
			continue
		}
		o.units = append(o.units, u)
		s.units++
	}
	return nil
}

// index returns where the unit with this number is in o.units, or -1.
func (o *Outbox) index(number uint64) int {
	at, ok := slices.BinarySearchFunc(o.units, number, func(u unit, n uint64) int { return cmp.Compare(u.number, n) })
	if !ok {
		return -1
	}
	return at
}
