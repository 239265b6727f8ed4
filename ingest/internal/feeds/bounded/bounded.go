// Package bounded keeps one record of a stream from taking all memory: a decoder that reads through it
// meets an error where a record does not end in time. It knows nothing of the records.
package bounded

import (
	"fmt"
	"io"
)

// Reader passes a stream on and fails once a record has taken limit bytes. What the decoder reads
// ahead counts against the record that it was read for, so limit must exceed the decoder's buffer.
type Reader struct {
	stream      io.Reader
	limit, left int
}

// NewReader starts the first record.
func NewReader(stream io.Reader, limit int) *Reader {
	return &Reader{stream: stream, limit: limit, left: limit}
}

// Next says that a record was complete: the next one may take limit bytes again.
func (r *Reader) Next() { r.left = r.limit }

// Read reads at most what the record at hand may still take.
func (r *Reader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, fmt.Errorf("a record has more than %d bytes", r.limit)
	}
	n, err := r.stream.Read(p[:min(len(p), r.left)])
	r.left -= n
	return n, err
}
