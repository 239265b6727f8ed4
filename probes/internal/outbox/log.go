package outbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"strconv"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// openLog is the file that records are appended to. Each line is the CRC-32C of its text in eight hex
// digits, a space, and the text: first the origin, then a record a line. A line whose sum does not fit
// was torn, and everything behind it with it.
type openLog struct {
	file    *os.File
	origin  Origin
	size    int64 // of what is known to be whole
	records int
}

// beginLog makes the log of the batch that will have this number.
func beginLog(root *os.Root, number uint64, origin Origin) (*openLog, error) {
	first, err := json.Marshal(origin)
	if err != nil {
		return nil, fmt.Errorf("encode origin: %w", err)
	}
	name := logName(number)
	file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("begin log: %w", err)
	}
	l := &openLog{file: file, origin: origin}
	if err := l.write(frame(first)); err != nil {
		return nil, errors.Join(err, file.Close(), root.Remove(name))
	}
	if err := durable.SyncFolder(root, "."); err != nil {
		return nil, errors.Join(err, file.Close(), root.Remove(name))
	}
	return l, nil
}

// append writes lines in one piece and returns once the disk has them.
func (l *openLog) append(lines [][]byte) error {
	var all []byte
	for _, line := range lines {
		all = append(all, frame(line)...)
	}
	if err := l.write(all); err != nil {
		return err
	}
	l.records += len(lines)
	return nil
}

// write leaves the log as it was when it fails: a disk that is full now may not be later, and what is
// written then must not follow half a line.
func (l *openLog) write(data []byte) error {
	_, err := l.file.WriteAt(data, l.size)
	if err == nil {
		err = l.file.Sync()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("append to log: %w", err), l.file.Truncate(l.size))
	}
	l.size += int64(len(data))
	return nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func frame(text []byte) []byte {
	return fmt.Appendf(nil, "%08x %s\n", crc32.Checksum(text, castagnoli), text)
}

// unframe returns the text of the first line of data and what follows it; false if the line is torn.
func unframe(data []byte) (text, rest []byte, ok bool) {
	line, rest, ended := bytes.Cut(data, []byte{'\n'})
	if !ended || len(line) < 9 || line[8] != ' ' {
		return nil, nil, false
	}
	sum, err := strconv.ParseUint(string(line[:8]), 16, 32)
	if err != nil || uint32(sum) != crc32.Checksum(line[9:], castagnoli) {
		return nil, nil, false
	}
	return line[9:], rest, true
}

// maxLogBytes bounds what is read of a log: one check may still be added to a log just under its limit.
const maxLogBytes = measurement.MaxBatchBytes

// readLog returns what is whole in a log. The number of bytes behind the first damage is lost.
func readLog(root *os.Root, number uint64) (origin Origin, records []measurement.Record, lost int, err error) {
	file, err := root.Open(logName(number))
	if err != nil {
		return Origin{}, nil, 0, fmt.Errorf("open log: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxLogBytes))
	if err != nil {
		return Origin{}, nil, 0, fmt.Errorf("read log: %w", err)
	}
	origin, records, lost = parseLog(data)
	return origin, records, lost, nil
}

func parseLog(data []byte) (origin Origin, records []measurement.Record, lost int) {
	text, rest, ok := unframe(data)
	if !ok || json.Unmarshal(text, &origin) != nil {
		return Origin{}, nil, len(data)
	}
	for len(rest) > 0 {
		text, after, ok := unframe(rest)
		var r measurement.Record
		if !ok || json.Unmarshal(text, &r) != nil || r.Validate() != nil {
			return origin, records, len(rest)
		}
		records = append(records, r)
		rest = after
	}
	return origin, records, 0
}
