package probes_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

// The country's own anchors go into the list under its code; what no probe may ask is refused, and nothing is written.
func TestAnchorsAtHome(t *testing.T) {
	folder := t.TempDir()
	source := write(t, folder, "ke.csv", []byte("url,category_code\nhttps://news.example.ke/,NEWS\n"))
	for _, test := range []struct {
		name    string
		anchors []string
		want    string // of the error
	}{
		{"two", []string{"https://a.example.ke/", "https://b.example.ke/"}, ""},
		{"inside", []string{"https://a.example.ke/", "http://10.0.0.1/"}, `KE anchor 2: "http://10.0.0.1/" is inside`},
		{"one host twice", []string{"https://a.example.ke/", "https://a.example.ke/b"}, "more than 1 of a.example.ke"},
		{"a foreign one's host", []string{"http://captive.apple.com/"}, "KE anchor 1: \"http://captive.apple.com/\" is one of more than 1 of captive.apple.com"},
		{"no URL", []string{"a.example.ke"}, "is not a URL"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var said bytes.Buffer
			out := filepath.Join(t.TempDir(), "list.json")
			cfg := probes.ListConfig{Files: []string{source}, Country: "KE", Serial: 1, Days: 90, Most: 300, Anchors: test.anchors}
			err := probes.BuildList(cfg, out, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), &said)
			text, _ := os.ReadFile(out)
			if test.want != "" {
				if err == nil || !strings.Contains(err.Error(), test.want) || text != nil {
					t.Errorf("%v, want %s; wrote %d bytes", err, test.want, len(text))
				}
				return
			}
			if err != nil || strings.Contains(said.String(), "no anchors at home") {
				t.Fatalf("%v: %s", err, said.String())
			}
			var got struct {
				Plan struct {
					Anchors struct{ Domestic map[string][]string }
				}
			}
			if err := json.Unmarshal(text, &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[string][]string{"KE": test.anchors}, got.Plan.Anchors.Domestic); diff != "" {
				t.Errorf("anchors (-want +got):\n%s", diff)
			}
		})
	}
}
