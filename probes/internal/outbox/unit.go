package outbox

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// A unit on the disk is a head and the sealed batch. The head is all that can be read: the mark, the number, the
// hour, a bit that says whether it holds a transition, the size of what follows, which seed it is of, the name that
// stands for the batch's id, and the CRC-32C of all but the mark. Without the seed the two say nothing.
const (
	unitMark  = "LLU\x02"
	headBytes = len(unitMark) + 8 + 4 + 4 + 4 + 4 + 16 + 4

	maxSealedBytes = measurement.MaxBatchBytes + 64<<10 // more than a batch takes that does not compress at all
	flagEdge       = 1
)

// unit is what is known of a unit without opening it, and where it is.
type unit struct {
	number uint64
	owner  [4]byte
	name   name
	hour   uint32 // since 1970
	edge   bool
	bytes  int64 // with its head

	offset int64     // in its segment
	until  time.Time // not to be sent before, in the machine's time
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func (u unit) frame(sealed []byte) []byte {
	head := append(make([]byte, 0, headBytes), unitMark...)
	head = binary.BigEndian.AppendUint64(head, u.number)
	head = binary.BigEndian.AppendUint32(head, u.hour)
	var flags uint32
	if u.edge {
		flags = flagEdge
	}
	head = binary.BigEndian.AppendUint32(head, flags)
	head = binary.BigEndian.AppendUint32(head, uint32(len(sealed)))
	head = append(head, u.owner[:]...)
	head = append(head, u.name[:]...)
	head = binary.BigEndian.AppendUint32(head, sumOf(head, sealed))
	return slices.Concat(head, sealed)
}

func sumOf(head, sealed []byte) uint32 {
	return crc32.Update(crc32.Checksum(head[len(unitMark):headBytes-4], castagnoli), castagnoli, sealed)
}

var errTorn = errors.New("unit is torn or damaged")

// readUnit reads the unit at the beginning of data.
func readUnit(data []byte) (u unit, sealed []byte, err error) {
	if len(data) < headBytes || !bytes.HasPrefix(data, []byte(unitMark)) {
		return unit{}, nil, errTorn
	}
	rest := data[len(unitMark):]
	u.number = binary.BigEndian.Uint64(rest)
	u.hour = binary.BigEndian.Uint32(rest[8:])
	u.edge = binary.BigEndian.Uint32(rest[12:])&flagEdge != 0
	size := binary.BigEndian.Uint32(rest[16:])
	u.owner, u.name = [4]byte(rest[20:24]), name(rest[24:40])
	if u.number > maxNumber || size > maxSealedBytes || uint64(len(data)-headBytes) < uint64(size) {
		return unit{}, nil, errTorn
	}
	sealed = data[headBytes : headBytes+int(size)]
	if sumOf(data[:headBytes], sealed) != binary.BigEndian.Uint32(rest[40:]) {
		return unit{}, nil, errTorn
	}
	u.bytes = int64(headBytes) + int64(size)
	return u, sealed, nil
}

// readUnits reads what is whole in a segment. whole is where the last good unit ends: what a crash left behind it
// is to be written over.
func readUnits(data []byte) (units []unit, whole int64, damaged bool) {
	for at := 0; at < len(data); {
		u, _, err := readUnit(data[at:])
		if err != nil {
			damaged = true
			// The next unit may be good. Where its mark stands by chance in a sealed one, the sum does not fit.
			next := bytes.Index(data[at+1:], []byte(unitMark))
			if next < 0 {
				break
			}
			at += 1 + next
			continue
		}
		u.offset = int64(at)
		units = append(units, u)
		at += int(u.bytes)
		whole = int64(at)
	}
	return units, whole, damaged
}
