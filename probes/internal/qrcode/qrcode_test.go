package qrcode_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lamplight-net/lamplight/probes/internal/qrcode"
)

// The drawing was read once by a camera's library (zxing-cpp 3.1.1); from then on it stays what it was.
func TestDraw(t *testing.T) {
	const text = "https://lamplight.example.org/join#1.AAAA_-aa"
	drawing, columns, err := qrcode.Draw(text)
	if err != nil {
		t.Fatal(err)
	}
	const want = "30f93820c468"
	if sum := sha256.Sum256([]byte(drawing)); hex.EncodeToString(sum[:6]) != want {
		t.Errorf("the drawing's hash begins with %x, want %s: have a camera read it\n%s", sum[:6], want, drawing)
	}
	for line := range strings.Lines(drawing) {
		inner := strings.TrimSuffix(strings.TrimPrefix(line, "\x1b[30;107m"), "\x1b[0m\n")
		if n := utf8.RuneCountInString(inner); n != columns {
			t.Fatalf("a line has %d columns, not %d", n, columns)
		}
	}
}

// What a usual invitation takes fits into a terminal of 80 columns.
func TestColumns(t *testing.T) {
	if _, columns, err := qrcode.Draw(strings.Repeat("a", 400)); err != nil || columns > 80 {
		t.Errorf("%d columns, %v", columns, err)
	}
	if _, _, err := qrcode.Draw(strings.Repeat("a", 2900)); err != nil {
		t.Errorf("2900 bytes: %v", err)
	}
	if _, _, err := qrcode.Draw(strings.Repeat("a", 3000)); !errors.Is(err, qrcode.ErrLong) {
		t.Errorf("3000 bytes: %v", err)
	}
}
