package probes_test

import (
	"context"
	"log/slog"
	"net/http"
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

// A disk that does not take word of the door at the start is no reason not to measure; it is said, and whoever asks is
// told that a probe runs. Stopped, it says what waits.
func TestFullDiskAtTheStart(t *testing.T) {
	v, link := invite(t)
	v.join(t, link)
	v.gateway.Refuse(func(w http.ResponseWriter) bool { w.WriteHeader(http.StatusServiceUnavailable); return true })
	obstacle := filepath.Join(v.folder, "control.json.new")
	if err := os.MkdirAll(filepath.Join(obstacle, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	often := filepath.Join(t.TempDir(), "plan.json")
	if err := os.WriteFile(often, []byte(quietPlan), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		cfg := probes.Home(probes.RunConfig{State: v.folder, Listen: "127.0.0.1:0", Plan: often})
		ended <- probes.Run(ctx, cfg, "test", slog.New(slog.NewTextHandler(&v.log, nil)))
	}()
	measured := filepath.Join(v.folder, "outbox", "open-1.unit")
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(measured); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("it measures nothing: %s", v.log.String())
		}
	}
	if _, err := probes.Status(t.Context(), v.folder, "test"); err == nil || !strings.Contains(err.Error(), "does not answer") {
		t.Errorf("whoever asks is told %v", err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if !strings.Contains(v.log.String(), "no command finds it") {
		t.Errorf("it does not say so: %s", v.log.String())
	}
	if err := os.RemoveAll(obstacle); err != nil {
		t.Fatal(err)
	}
	if r := v.status(t); r.Running || r.Queue.Batches == 0 || r.Queue.Bytes == 0 {
		t.Errorf("of what waits it says %+v", r.Queue)
	}
}
