package identity_test

import (
	"crypto/ed25519"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/identity"
)

var march = time.Date(2026, 3, 31, 23, 59, 59, 0, time.UTC)

// TestKeyIsStable holds the derivation: a change of it would make every probe a stranger to its own chain.
func TestKeyIsStable(t *testing.T) {
	key := identity.FromSeed([32]byte{1, 2, 3}).Key("XL", 64501, march)
	const want = "ad0285edf2fae32821b39abe200a4e528ff22f202dd7b755ce8217a8f138c2c0"
	if got := hex.EncodeToString(key.Seed()); got != want {
		t.Errorf("key seed is %s, want %s", got, want)
	}
}

func TestKeysDiffer(t *testing.T) {
	id := identity.FromSeed([32]byte{1})
	base := id.Key("XL", 64501, march)
	for name, tt := range map[string]struct {
		id      identity.Identity
		country string
		asn     uint32
		at      time.Time
		same    bool
	}{
		"same month":      {id, "XL", 64501, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), true},
		"another zone":    {id, "XL", 64501, march.In(time.FixedZone("", 5*3600)), true},
		"next month":      {id, "XL", 64501, march.Add(time.Second), false},
		"another year":    {id, "XL", 64501, march.AddDate(1, 0, 0), false},
		"another network": {id, "XL", 6450, march, false},
		"another country": {id, "XM", 64501, march, false},
		"another device":  {identity.FromSeed([32]byte{2}), "XL", 64501, march, false},
	} {
		if got := tt.id.Key(tt.country, tt.asn, tt.at).Equal(base); got != tt.same {
			t.Errorf("%s: same key is %v, want %v", name, got, tt.same)
		}
	}
	if id.Schedule("XL", 64501, march) == id.Schedule("XL", 64502, march) {
		t.Error("two networks share a timetable")
	}
}

func TestOpen(t *testing.T) {
	folder := t.TempDir()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	first, err := identity.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	again, err := identity.Open(root)
	if err != nil || again != first {
		t.Errorf("opened again, the identity is another (%v)", err)
	}
	seed := filepath.Join(folder, "seed")
	info, err := os.Stat(seed)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("seed has mode %v, %v; want 0600", info.Mode(), err)
	}
	for _, damaged := range [][]byte{nil, make([]byte, 31), make([]byte, 33)} {
		if err := os.WriteFile(seed, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := identity.Open(root); err == nil {
			t.Errorf("a seed of %d bytes is taken", len(damaged))
		}
	}
}

// TestControlHasOneKey holds that a control signs with the key that its operator names, in one chain.
func TestControlHasOneKey(t *testing.T) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	id := identity.OfControl(key)
	next := march.Add(time.Second)
	if !id.Key("XL", 64501, march).Equal(key) || !id.Key("XM", 1, next).Equal(key) {
		t.Error("another key in another place or month")
	}
	if id.Link("XL", 64501, march) != id.Link("XM", 1, next) {
		t.Error("another chain in another place or month")
	}
}
