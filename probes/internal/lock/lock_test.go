package lock_test

import (
	"errors"
	"os"
	"testing"

	"github.com/lamplight-net/lamplight/probes/internal/lock"
)

func TestTake(t *testing.T) {
	state, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	unlock, err := lock.Take(state, "a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock.Take(state, "a"); !errors.Is(err, lock.ErrHeld) {
		t.Errorf("taken twice: %v", err)
	}
	if free, err := lock.Free(state, "a"); free || err != nil {
		t.Errorf("held, and free: %v, %v", free, err)
	}
	if free, err := lock.Free(state, "b"); !free || err != nil {
		t.Errorf("another name is held: %v, %v", free, err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if free, err := lock.Free(state, "a"); !free || err != nil {
			t.Errorf("given back, and held: %v, %v", free, err)
		}
	}
}
