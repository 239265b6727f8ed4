package probes_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
)

func write(t *testing.T, folder, name string, text []byte) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// From test lists to the file that a probe takes, with two of three people's signatures.
func TestAListIsBuiltAndPacked(t *testing.T) {
	folder := t.TempDir()
	source := write(t, folder, "ke.csv", []byte("url,category_code\nhttps://news.example.ke/,NEWS\nhttps://bet.example/,GMB\n"))
	drafted := filepath.Join(folder, "list.json")
	var said bytes.Buffer
	cfg := probes.ListConfig{Files: []string{source}, Country: "KE", Serial: 3, Days: 90, Most: 300}
	if err := probes.BuildList(cfg, drafted, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), &said); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said.String(), "1 target in") || !strings.Contains(said.String(), "1 row left out: risky") {
		t.Errorf("it says %q", said.String())
	}
	text, err := os.ReadFile(drafted)
	if err != nil {
		t.Fatal(err)
	}
	var keys, signatures []string
	for signer := range servertest.Signer(3) {
		keys = append(keys, write(t, folder, fmt.Sprint(signer, ".pub"), []byte(signer.KeyText())))
		signatures = append(signatures, write(t, folder, fmt.Sprint(signer, ".minisig"), []byte(signer.Sign(text))))
	}
	packed := filepath.Join(folder, "signed.json")
	if err := probes.PackList(drafted, signatures[:1], keys, 2, packed, &said); err == nil {
		t.Error("one signature of two makes a list")
	}
	if _, err := os.Stat(packed); err == nil {
		t.Error("what is no list was written")
	}
	said.Reset()
	if err := probes.PackList(drafted, signatures[1:], keys, 2, packed, &said); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(said.String(), "issue 3 of list ke, 1 target,") {
		t.Errorf("it says %q", said.String())
	}
	// A control looks at what was signed, and asks as many people as its operator says.
	control := probes.ControlConfig{Country: "XL", KeyFile: filepath.Join(folder, "control.key"), PerCaller: 1, Total: 1, Looks: 1, Keep: time.Minute}
	control.Rounds = probes.RoundsConfig{Gateway: "https://gateway.example", List: packed, ListKeys: keys, ListNeeded: 2, State: folder}
	if _, err := probes.NewControl(control, "test", slog.New(slog.DiscardHandler)); err != nil {
		t.Error(err)
	}
	control.Rounds.ListNeeded = 3
	if _, err := probes.NewControl(control, "test", slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "not signed by enough") {
		t.Errorf("two signatures of three: %v", err)
	}
	// Without a name, the file is called as a gateway looks for it.
	t.Chdir(folder)
	if err := probes.PackList(drafted, signatures[1:], keys, 2, "", &said); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("ke.signed.json"); err != nil {
		t.Error(err)
	}
}
