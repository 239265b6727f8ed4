//go:build unix

package lock

import (
	"errors"
	"strings"
	"syscall"
	"testing"
)

// Nobody looks for another probe where there is none.
func TestReason(t *testing.T) {
	for _, err := range []error{syscall.ENOLCK, syscall.EOPNOTSUPP, syscall.ENOSYS} {
		if got := reason(err); errors.Is(got, ErrHeld) || !strings.Contains(got.Error(), "--state") {
			t.Errorf("%v: %v", err, got)
		}
	}
}
