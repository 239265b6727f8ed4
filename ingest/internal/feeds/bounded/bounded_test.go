package bounded_test

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/ingest/internal/feeds/bounded"
)

// readLines reads lines as records, and returns how many ended within the limit.
func readLines(t *testing.T, text string, limit int) (int, error) {
	t.Helper()
	r := bounded.NewReader(strings.NewReader(text), limit)
	lines := bufio.NewReaderSize(r, 16) // the smallest that bufio makes
	for n := 0; ; n++ {
		_, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		r.Next()
	}
}

func TestReader(t *testing.T) {
	short := strings.Repeat("short\n", 100)
	if n, err := readLines(t, short, 32); n != 100 || err != nil {
		t.Errorf("%d short lines, %v; want 100 and no error", n, err)
	}
	n, err := readLines(t, short+strings.Repeat("long", 20)+"\n"+short, 32)
	if n != 100 || err == nil {
		t.Errorf("%d lines, %v; want an error after 100", n, err)
	}
}
