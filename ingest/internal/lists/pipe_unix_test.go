//go:build unix

package lists

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A pipe that somebody put there must not hold up the folder for ever.
func TestPipeIsNotRead(t *testing.T) {
	s := open(t, map[string][]byte{"ke.signed.json": packed(t, "ke", 1)})
	if err := syscall.Mkfifo(filepath.Join(s.path, "pipe.signed.json"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Read()
	if len(s.given()) != 1 || !strings.Contains(s.log.String(), "it is not a file") {
		t.Errorf("given is %v:\n%s", s.given(), s.log.String())
	}
}
