package probes

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/door"
)

// A disk that takes nothing at the start is tried again until the commands find the probe.
func TestDoorOpensLater(t *testing.T) {
	folder := t.TempDir()
	state, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	obstacle := filepath.Join(folder, "control.json.new")
	if err := os.MkdirAll(filepath.Join(obstacle, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		w := &watch{state: state, log: slog.New(slog.NewTextHandler(&log, nil))}
		want := door.Door{Address: "127.0.0.1:4000", Token: "a"}
		go func() {
			time.Sleep(5 * knock / 2)
			_ = os.RemoveAll(obstacle)
		}()
		ctx, cancel := context.WithTimeout(t.Context(), 4*knock)
		defer cancel()
		w.open(ctx, want)
		if got, err := door.Find(state); err != nil || got != want {
			t.Errorf("found %+v, %v", got, err)
		}
		if !strings.Contains(log.String(), "find this probe now") {
			t.Errorf("it says %q", log.String())
		}
	})
}

// Settings that cannot be read any more are told of without where they are: a log is shown to strangers.
func TestSettingsThatBreak(t *testing.T) {
	for name, test := range map[string]struct {
		file string // a folder, which opens and cannot be read
		cfg  func(file string) RunConfig
	}{
		"in the folder":         {"config.json", func(string) RunConfig { return RunConfig{} }},
		"a file that was named": {"plan.json", func(file string) RunConfig { return RunConfig{Plan: file} }},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "planted-user", test.file)
			if err := os.MkdirAll(file, 0o700); err != nil {
				t.Fatal(err)
			}
			state, err := os.OpenRoot(filepath.Dir(file))
			if err != nil {
				t.Fatal(err)
			}
			defer state.Close()
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				w := &watch{cfg: test.cfg(file), state: state, log: slog.New(slog.NewTextHandler(&log, nil))}
				ctx, cancel := context.WithTimeout(t.Context(), glance+time.Second)
				defer cancel()
				w.wait(ctx)
				if said := log.String(); !strings.Contains(said, "settings could not be read") || strings.Contains(said, "planted-user") {
					t.Errorf("it says %q", said)
				}
			})
		})
	}
}
