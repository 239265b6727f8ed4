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
	other, err := lock.Take(state, "b")
	if err != nil {
		t.Errorf("another name is held: %v", err)
	} else if err := other(); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := unlock(); err != nil {
			t.Fatal(err)
		}
		if unlock, err = lock.Take(state, "a"); err != nil {
			t.Fatalf("given back, and held: %v", err)
		}
	}
	if err := unlock(); err != nil {
		t.Error(err)
	}
}
