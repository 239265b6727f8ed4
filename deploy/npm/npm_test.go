package npm

import (
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestVerify(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.tgz")
	if err := os.WriteFile(path, []byte("packed"), 0o600); err != nil {
		t.Fatal(err)
	}
	sum := sha512.Sum512([]byte("packed"))
	p := Package{Name: "p", Version: "1", Integrity: "sha512-" + base64.StdEncoding.EncodeToString(sum[:])}
	if err := p.verify(path); err != nil {
		t.Error(err)
	}
	p.Integrity = "sha512-" + base64.StdEncoding.EncodeToString(make([]byte, sha512.Size))
	if err := p.verify(path); err == nil || !strings.Contains(err.Error(), "was not used") {
		t.Errorf("another file passed: %v", err)
	}
}

func TestPackWithoutNPM(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := Pack(t.Context(), Package{Name: "p", Version: "1"}, t.TempDir()); !errors.Is(err, ErrMissing) {
		t.Errorf("got %v", err)
	}
}
