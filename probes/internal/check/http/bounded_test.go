package http

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func TestBounded(t *testing.T) {
	for _, test := range []struct {
		name string
		said int
		want error
	}{
		{"less than the limit", 10, nil}, {"the limit, and another byte is asked for", 100, errTooMuch}, {"more", 1000, errTooMuch},
	} {
		conn := &bounded{Conn: &scripted{said: strings.NewReader(strings.Repeat("x", test.said))}, left: 100}
		got, err := io.ReadAll(conn)
		if !errors.Is(err, test.want) || len(got) != min(test.said, 100) {
			t.Errorf("%s: %d bytes, %v", test.name, len(got), err)
		}
	}
}
