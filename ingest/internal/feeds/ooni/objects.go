package ooni

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
)

// maxObjectBytes bounds one result. The largest are those with whole bodies, of which OONI's probes keep half a
// megabyte each, at most some twenty.
const maxObjectBytes = 32 << 20

// object is one JSON object of a file and the line that it begins on.
type object struct {
	line int
	json []byte // of whoever asked for it until the next one
}

// objects splits a file, or says on which line it is no sequence of objects. Whether an object is JSON is not looked at.
func objects(r io.Reader) iter.Seq2[object, error] {
	return func(yield func(object, error) bool) {
		s := splitter{in: bufio.NewReaderSize(r, 1<<16), line: 1}
		s.skipMark()
		for found := 0; ; found++ {
			at, err := s.next()
			if errors.Is(err, io.EOF) && found == 0 {
				err = fmt.Errorf("line %d: the file is empty, expected results of OONI in JSON: fetch it again", s.line)
			}
			if err != nil {
				if !errors.Is(err, io.EOF) {
					yield(object{}, err)
				}
				return
			}
			if !yield(object{line: at, json: s.object.Bytes()}, nil) {
				return
			}
		}
	}
}

type splitter struct {
	in     *bufio.Reader
	line   int
	object bytes.Buffer
}

// skipMark passes over the byte order mark that editors on Windows begin a file with.
func (s *splitter) skipMark() {
	const mark = "\ufeff"
	if start, err := s.in.Peek(len(mark)); err == nil && string(start) == mark {
		_, _ = s.in.Discard(len(mark)) // what was peeked at is there
	}
}

// next reads one object into s.object and returns the line it began on, or io.EOF after the last.
func (s *splitter) next() (int, error) {
	s.object.Reset()
	for {
		c, err := s.in.ReadByte()
		switch {
		case err != nil:
			return 0, err
		case c == '\n':
			s.line++
		case c == ' ' || c == '\t' || c == '\r':
		case c == '{':
			from := s.line
			return from, s.rest(c)
		default:
			return 0, fmt.Errorf("line %d: begins with %q, expected { of a result of OONI in JSON: give one result after the other, and no array of them", s.line, c)
		}
	}
}

// rest reads up to the brace that closes the object.
func (s *splitter) rest(c byte) error {
	from, depth, quoted, escaped := s.line, 0, false, false
	for {
		if s.object.Len() >= maxObjectBytes {
			return fmt.Errorf("line %d: a result has more than %d bytes, which no result of OONI has: leave it out", from, maxObjectBytes)
		}
		s.object.WriteByte(c)
		switch {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return nil
			}
		case c == '\n':
			s.line++
		}
		var err error
		if c, err = s.in.ReadByte(); err != nil {
			if errors.Is(err, io.EOF) {
				err = fmt.Errorf("line %d: the file ends in the middle of the result that begins on line %d: fetch it again", s.line, from)
			}
			return err
		}
	}
}
