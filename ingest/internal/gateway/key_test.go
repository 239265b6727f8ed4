package gateway

import (
	"crypto/ed25519"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestKeyStaysAndIsItsOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "gateway.key")
	// Gateways that share a folder may start at the same time: all must come to the same key.
	keys := make([]ed25519.PrivateKey, 8)
	var starting sync.WaitGroup
	for i := range keys {
		starting.Go(func() {
			var err error
			if keys[i], err = LoadKey(path); err != nil {
				t.Error(err)
			}
		})
	}
	starting.Wait()
	for _, key := range keys {
		if !key.Equal(keys[0]) {
			t.Fatal("two starts came to different keys")
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("the key's mode is %04o", mode)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".gateway-key-*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestKeyFileRefused(t *testing.T) {
	good := base64.StdEncoding.EncodeToString(make([]byte, ed25519.SeedSize))
	for _, test := range []struct {
		name, text string
		mode       os.FileMode
		want       string // empty: it is taken
	}{
		{"as it should be", good + "\n", 0o600, ""},
		{"only to read", good, 0o400, ""},
		{"the group can read it", good, 0o640, "can be read by others (mode 0640): run chmod 600"},
		{"anybody can write it", good, 0o602, "can be read by others (mode 0602)"},
		{"too short", good[4:], 0o600, "is not 32 bytes in base64: restore it"},
		{"no base64", strings.Repeat("!", 44), 0o600, "is not 32 bytes in base64"},
		{"empty", "", 0o600, "is not 32 bytes in base64"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "gateway.key")
			if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, test.mode); err != nil { // the umask does not count
				t.Fatal(err)
			}
			_, err := LoadKey(path)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if text, _ := os.ReadFile(path); string(text) != test.text {
				t.Error("the file was changed")
			}
		})
	}
}
