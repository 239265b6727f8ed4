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
	if !lock.Held(state, "a") || lock.Held(state, "b") {
		t.Error("the one that is held is not the one that was taken")
	}
	if _, err := state.Stat("b"); err == nil {
		t.Error("asking for a lock makes one")
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
	if lock.Held(state, "a") {
		t.Error("given back, and held")
	}
}
