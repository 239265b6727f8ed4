package feeds

import (
	"errors"
	"io"
	"strings"
	"testing"
)

// zeros is a stream without end, such as what a small packed file can unpack to.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestCounterStopsAtItsLimit(t *testing.T) {
	c := &counter{ended: func() error { return nil }, stream: zeros{}, limit: 1 << 20, progress: func(int64, int64) {}}
	n, err := io.Copy(io.Discard, c)
	if err == nil || !strings.Contains(err.Error(), "more than 1048576 bytes") || n > 1<<20 {
		t.Errorf("read %d bytes, %v; want an error at 1 MiB", n, err)
	}
}

func TestCounterStopsWhenEnded(t *testing.T) {
	interrupted := errors.New("interrupted")
	c := &counter{ended: func() error { return interrupted }, stream: zeros{}, limit: 1 << 20, progress: func(int64, int64) {}}
	if _, err := io.Copy(io.Discard, c); !errors.Is(err, interrupted) {
		t.Errorf("read %v, want %v", err, interrupted)
	}
}
