//go:build unix

package probes_test

import (
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/probes"
)

// Whoever else is on the machine does not get to say where results go, nor that somebody agreed.
func TestFolderOpenToAll(t *testing.T) {
	v, link := invite(t)
	v.join(t, link)
	if err := os.Chmod(v.folder, 0o777); err != nil { //nolint:gosec // that is what is tried
		t.Fatal(err)
	}
	cfg := probes.RunConfig{State: v.folder, Listen: "127.0.0.1:0"}
	for name, err := range map[string]error{
		"run":     probes.Run(t.Context(), cfg, "test", slog.New(slog.DiscardHandler)),
		"join":    probes.Join(t.Context(), v.folder, link, "", true, nothing(), io.Discard),
		"consent": probes.Agree(t.Context(), v.folder, "", nothing(), io.Discard),
	} {
		if err == nil || !strings.Contains(err.Error(), "chmod go-w") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := probes.Wipe(t.Context(), v.folder, io.Discard); err != nil {
		t.Errorf("it cannot even be wiped: %v", err)
	}
}
