package export_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/export"
	"github.com/lamplight-net/lamplight/probes/internal/report"
)

func TestWrite(t *testing.T) {
	from := t.TempDir()
	for name, content := range map[string]string{
		"seed": "the-secret-seed", "seed.new": "the-secret-seed", "control.json": "the-secret-token", "lock": "", "run.lock": "",
		"config.json": "{}", "outbox/0000000001.batch": "sealed", "of-tomorrow.json": "kept too",
	} {
		name = filepath.Join(from, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	elsewhere := filepath.Join(t.TempDir(), "letter")
	if err := os.WriteFile(elsewhere, []byte("dear"), 0o600); err != nil {
		t.Fatal(err)
	}
	_ = os.Symlink(elsewhere, filepath.Join(from, "letter")) // where there are links
	state, err := os.OpenRoot(from)
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	to := filepath.Join(t.TempDir(), "mine")
	if err := export.Write(state, report.Report{Software: "test"}, to); err != nil {
		t.Fatal(err)
	}
	var got []string
	err = fs.WalkDir(os.DirFS(to), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		got = append(got, name)
		content, err := os.ReadFile(filepath.Join(to, name))
		if bytes.Contains(content, []byte("the-secret")) {
			t.Errorf("%s holds a secret", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"READ-ME.txt", "state/config.json", "state/of-tomorrow.json", "state/outbox/0000000001.batch", "status.json"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if err := export.Write(state, report.Report{}, to); err == nil || !strings.Contains(err.Error(), "there already") {
		t.Errorf("written twice: %v", err)
	}
}

// A copy in the state folder would be copied into itself without end, and outlive a wipe.
func TestWriteIntoItself(t *testing.T) {
	from := t.TempDir()
	if err := os.MkdirAll(filepath.Join(from, "outbox"), 0o700); err != nil {
		t.Fatal(err)
	}
	state, err := os.OpenRoot(from)
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	link := filepath.Join(t.TempDir(), "link")
	_ = os.Symlink(filepath.Join(from, "outbox"), link) // where there are links
	t.Chdir(from)
	for _, to := range []string{"copy", filepath.Join(from, "outbox", "copy"), filepath.Join(link, "copy"), filepath.Join(link, "..", "..", filepath.Base(from), "copy")} {
		if err := export.Write(state, report.Report{}, to); err == nil {
			t.Errorf("%s is written", to)
		}
	}
	if entries, err := os.ReadDir(from); err != nil || len(entries) != 1 {
		t.Errorf("the state folder holds %v, %v", entries, err)
	}
	if err := export.Write(state, report.Report{}, filepath.Join(t.TempDir(), "copy")); err != nil {
		t.Errorf("elsewhere: %v", err)
	}
}

// A copy that could not be finished says so: half of one looks whole.
func TestWriteHalf(t *testing.T) {
	state, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := state.Close(); err != nil { // a folder that cannot be read, whoever asks
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "mine")
	if err := export.Write(state, report.Report{}, to); err == nil || !strings.Contains(err.Error(), "not whole: delete "+to) {
		t.Errorf("half a copy: %v", err)
	}
}
