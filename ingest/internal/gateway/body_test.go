package gateway

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/iotest"

	"github.com/lamplight-net/lamplight/ingest/internal/intake"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// However reading a body ends, what it took up is known while it is held, and given back by release.
func TestBodyMemoryIsAccountedFor(t *testing.T) {
	whole := bytes.Repeat([]byte("x"), 3*chunk)
	for _, test := range []struct {
		name   string
		body   io.Reader
		length int64 // -1: not said
		limit  int64
		held   int64 // while the body is held
		err    error
	}{
		{"nothing", bytes.NewReader(nil), 0, 1 << 20, chunk, nil},
		{"whole", bytes.NewReader(whole), int64(len(whole)), 1 << 20, 4 * chunk, nil},
		{"whole, a byte at a time", iotest.OneByteReader(bytes.NewReader(whole[:chunk+1])), -1, 1 << 20, 2 * chunk, nil},
		{"no memory at all", bytes.NewReader(whole), -1, chunk - 1, 0, errBusy},
		{"no memory for the rest", bytes.NewReader(whole), -1, 2 * chunk, 2 * chunk, errBusy},
		{"cut off", io.MultiReader(bytes.NewReader(whole[:10]), iotest.ErrReader(io.ErrUnexpectedEOF)), -1, 1 << 20, chunk, errCutOff},
		{"said to be too long", bytes.NewReader(whole), intake.MaxBodyBytes + 1, 1 << 20, 0, measurement.ErrTooLarge},
		{"too long, and silent about it", bytes.NewReader(make([]byte, intake.MaxBodyBytes+1)), -1, 4 << 20, 1 << 20, measurement.ErrTooLarge},
		{"as long as may be", bytes.NewReader(make([]byte, intake.MaxBodyBytes)), -1, 4 << 20, 1 << 20, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := &memory{limit: test.limit}
			body, err := m.read(&http.Request{Body: io.NopCloser(test.body), ContentLength: test.length})
			if !errors.Is(err, test.err) {
				t.Errorf("got %v, want %v", err, test.err)
			}
			if held := m.used.Load(); held != test.held || held > m.limit {
				t.Errorf("%d bytes are held, want %d", held, test.held)
			}
			m.release(body)
			if held := m.used.Load(); held != 0 {
				t.Errorf("%d bytes are held after release", held)
			}
		})
	}
}
