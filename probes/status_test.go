package probes_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes"
	"github.com/lamplight-net/lamplight/probes/internal/lock"
)

// Nobody is told that no probe runs while one does, even if it cannot be asked.
func TestProbeThatDoesNotAnswer(t *testing.T) {
	v, link := invite(t)
	v.join(t, link)
	state, err := os.OpenRoot(v.folder)
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	if r := v.status(t); r.Running {
		t.Error("it runs before it was started")
	}
	unlock, err := lock.Take(state, "run.lock") // as one that runs
	if err != nil {
		t.Fatal(err)
	}
	_, statusErr := probes.Status(t.Context(), v.folder, "test")
	for name, err := range map[string]error{"status": statusErr, "pause": probes.Pause(t.Context(), v.folder, time.Now().Add(time.Hour))} {
		if err == nil || !strings.Contains(err.Error(), "does not answer") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	if r := v.status(t); r.Running {
		t.Error("it runs after it ended")
	}
	if _, err := os.Stat(filepath.Join(v.folder, "outbox")); err == nil {
		t.Error("asking made something")
	}
}
