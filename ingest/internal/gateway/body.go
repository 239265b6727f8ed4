package gateway

import (
	"errors"
	"io"
	"net/http"
	"sync/atomic"

	"github.com/lamplight-net/lamplight/ingest/internal/intake"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// memory bounds the bytes of all bodies held at a time, from their first byte to their answer. A sender
// takes up only what it has really sent, so many slow senders take up little.
type memory struct {
	limit int64
	used  atomic.Int64
}

// chunk is what a body takes up at first; most batches fit. Then it doubles.
const chunk = 32 << 10

// read reads a body. Whatever it returns, release must be called with it.
func (m *memory) read(r *http.Request) ([]byte, error) {
	if r.ContentLength > intake.MaxBodyBytes {
		return nil, measurement.ErrTooLarge
	}
	var body []byte
	for {
		if len(body) == cap(body) {
			more := int64(max(chunk, cap(body)))
			if m.used.Add(more) > m.limit {
				m.used.Add(-more)
				return body, errBusy
			}
			grown := make([]byte, len(body), int64(cap(body))+more)
			copy(grown, body)
			body = grown
		}
		n, err := r.Body.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		switch {
		case len(body) > intake.MaxBodyBytes:
			return body, measurement.ErrTooLarge
		case errors.Is(err, io.EOF):
			return body, nil
		case err != nil:
			return body, errCutOff
		}
	}
}

func (m *memory) release(body []byte) { m.used.Add(-int64(cap(body))) }
