package probes

import (
	"errors"
	"os"
	"testing"

	"github.com/lamplight-net/lamplight/probes/internal/lock"
)

// While a probe is wiped none can start: it would read its settings before they are gone, and make a new key.
func TestStopKeepsOthersOut(t *testing.T) {
	state, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	unlock, err := stop(t.Context(), state)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock.Take(state, runLock); !errors.Is(err, lock.ErrHeld) {
		t.Errorf("another probe can start: %v", err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	again, err := lock.Take(state, runLock)
	if err != nil {
		t.Fatalf("none can start ever again: %v", err)
	}
	if err := again(); err != nil {
		t.Error(err)
	}
}
