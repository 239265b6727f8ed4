package outbox

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
)

// segmentBytes is the size past which another segment is begun: small enough that a crash, after which what was
// delivered of a segment is sent again, costs little, and large enough that a full outbox is some thousand files.
const segmentBytes = 64 << 10

// maxSegmentBytes is more than a segment can have: one unit may pass the size, and so may what is packed.
const maxSegmentBytes = 2*segmentBytes + maxSealedBytes + int64(headBytes)

// segment is a file of units. Its name is the number of the unit that it began with.
type segment struct {
	name  uint64
	size  int64 // on the disk
	units int   // how many of o.units are in it: as units, segments are in order
}

const segmentSuffix = ".units"

func (s segment) file() string { return fmt.Sprintf("%010d%s", s.name, segmentSuffix) }

func segmentNumber(file string) (uint64, bool) {
	digits, ok := strings.CutSuffix(file, segmentSuffix)
	number, err := strconv.ParseUint(digits, 10, 63)
	return number, ok && err == nil
}

// size is what the outbox takes of the disk for units.
func (o *Outbox) size() int64 {
	var sum int64
	for _, s := range o.segments {
		sum += s.size
	}
	if o.draft != nil {
		sum += int64(len(o.draft.unit))
	}
	return sum
}

// enter writes a closed unit to the last segment and returns once the disk has it.
func (o *Outbox) enter(u unit, framed []byte) error {
	last := len(o.segments) - 1
	if last < 0 || o.segments[last].size >= segmentBytes {
		o.segments = append(o.segments, segment{name: u.number})
		last++
	}
	s := &o.segments[last]
	if err := o.extend(*s, framed); err != nil {
		if s.units == 0 {
			o.segments = o.segments[:last]
		}
		return err
	}
	u.offset = s.size
	s.size += int64(len(framed))
	s.units++
	o.units = append(o.units, u)
	return nil
}

// extend leaves the segment as it was when it fails: a disk that is full now may not be later, and what is
// written then must not follow half a unit.
func (o *Outbox) extend(s segment, framed []byte) (err error) {
	file, err := o.root.OpenFile(s.file(), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("open segment: %w", err)
	}
	_, err = file.WriteAt(framed, s.size)
	if err == nil {
		err = file.Sync()
	}
	if err != nil {
		err = errors.Join(fmt.Errorf("write unit: %w", err), file.Truncate(s.size))
	}
	err = errors.Join(err, file.Close())
	if err == nil && s.size == 0 {
		err = durable.SyncFolder(o.root, ".")
	}
	return err
}

// read returns the sealed batch of the unit with an index in o.units.
func (o *Outbox) read(index int) ([]byte, error) {
	at := 0
	for _, s := range o.segments {
		if at += s.units; index < at {
			return o.readAt(s, o.units[index])
		}
	}
	return nil, errTorn
}

func (o *Outbox) readAt(s segment, u unit) ([]byte, error) {
	file, err := o.root.Open(s.file())
	if err != nil {
		return nil, fmt.Errorf("open segment: %w", err)
	}
	defer file.Close()
	data := make([]byte, u.bytes)
	if _, err := file.ReadAt(data, u.offset); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read unit: %w", err)
	}
	found, sealed, err := readUnit(data)
	if err != nil || found.number != u.number || found.name != u.name {
		return nil, errTorn
	}
	return sealed, nil
}

// removeFirst takes out the oldest unit, which is what deliveries do: a full outbox has tens of thousands.
func (o *Outbox) removeFirst() error {
	first := &o.segments[0]
	o.units = o.units[1:]
	if first.units--; first.units > 0 {
		return nil
	}
	name := first.file()
	o.segments = o.segments[1:]
	return o.removeFile(name)
}

func (o *Outbox) removeFile(name string) error {
	if err := o.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove segment: %w", err)
	}
	return nil
}

// remove takes units out, and their segments when nothing is left in them. The bytes of others stay until they are
// packed: a crash before that brings them back, and they are sent again, which does no harm.
func (o *Outbox) remove(gone func(unit) bool) error {
	var errs []error
	kept, at := o.units[:0:0], 0
	segments := o.segments[:0:0]
	for _, s := range o.segments {
		before, end := len(kept), at+s.units
		for ; at < end; at++ {
			if u := o.units[at]; !gone(u) {
				kept = append(kept, u)
			}
		}
		if len(kept) == before {
			errs = append(errs, o.removeFile(s.file()))
			continue
		}
		s.units = len(kept) - before
		segments = append(segments, s)
	}
	o.units, o.segments = kept, segments
	return errors.Join(errs...)
}
