package probes_test

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/lamplight-net/lamplight/probes"
	"github.com/lamplight-net/lamplight/probes/internal/consent"
)

// Who may not write into the folder is told what to do, and nothing is half done in silence.
func TestFolderOfSomebodyElse(t *testing.T) {
	folder := t.TempDir()
	_, link := invite(t)
	agreement := []byte(`{"version":"` + consent.Version(nil) + `","day":"2026-03-01"}`)
	if err := os.WriteFile(filepath.Join(folder, "consent.json"), agreement, 0o644); err != nil { //nolint:gosec // so that others can read it
		t.Fatal(err)
	}
	for _, name := range []string{folder, filepath.Dir(folder)} {
		if err := os.Chmod(name, 0o555); err != nil { //nolint:gosec // others may look into it
			t.Fatal(err)
		}
	}
	defer func() { _ = os.Chmod(filepath.Dir(folder), 0o700); _ = os.Chmod(folder, 0o700) }() //nolint:gosec // so that it can be cleared away
	// The kernel keeps this thread to the rights of nobody, if the test is run by root.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if os.Geteuid() == 0 {
		_ = unix.Setfsuid(65534)
		defer func() { _ = unix.Setfsuid(0) }()
	}
	cfg := probes.RunConfig{State: folder, Listen: "127.0.0.1:0", Gateway: "https://gateway.example"}
	for name, err := range map[string]error{
		"run":     probes.Run(t.Context(), cfg, "test", slog.New(slog.DiscardHandler)),
		"join":    probes.Join(t.Context(), folder, link, consent.Version(nil), false, nothing(), io.Discard),
		"consent": probes.Agree(t.Context(), folder, consent.Version(nil), nothing(), io.Discard),
		"wipe":    probes.Wipe(t.Context(), folder, io.Discard),
	} {
		if err == nil || !strings.Contains(err.Error(), "be the one whom it belongs to") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
