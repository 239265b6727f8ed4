package ingest

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
)

func TestPublicKeys(t *testing.T) {
	one, other := bytes.Repeat([]byte{1}, ed25519.PublicKeySize), bytes.Repeat([]byte{251}, ed25519.PublicKeySize)
	text := func(key []byte) string { return base64.StdEncoding.EncodeToString(key) }
	file := func(content string) string {
		path := filepath.Join(t.TempDir(), "keys")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, test := range []struct {
		name   string
		values []string
		want   []ed25519.PublicKey
		err    string
	}{
		{"none", nil, nil, ""},
		{"two, while keys are changed", []string{text(one), text(other)}, []ed25519.PublicKey{one, other}, ""},
		{"a file", []string{file(text(one) + "\n" + text(other) + "\n")}, []ed25519.PublicKey{one, other}, ""},
		{"a file and a key", []string{file(text(other)), text(one)}, []ed25519.PublicKey{other, one}, ""},
		{"neither", []string{"nowhere"}, nil, `--gateway-key-public: "nowhere" is neither 32 bytes in base64 nor a file`},
		{"a key cut short", []string{text(one[1:])}, nil, "is neither"},
		{"a file that is none", []string{file(text(one) + "\nhello\n")}, nil, "line 2: not a public key"},
		{"an empty file", []string{file("")}, nil, "line 1: not a public key"},
		{"a file too long", []string{file(strings.Repeat("x", maxKeyFileBytes+1))}, nil, "it has 8193 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := publicKeys(test.values)
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What a gateway writes beside its key is what a loader reads.
func TestGatewayWritesItsPublicKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gateway.key")
	cfg := GatewayConfig{Listen: "127.0.0.1:0", KeyFile: path, RatePerPrefix: 1, RatePerProbe: 1, RateTotal: 1, BodyMemory: 2, ListNeeded: 2}
	for range 2 { // the second start finds it there
		g, err := NewGateway(cfg, KafkaConfig{Partitions: 1}, GeoConfig{}, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
		if err != nil {
			t.Fatal(err)
		}
		keys, err := publicKeys([]string{path + ".pub"})
		if err != nil {
			t.Fatal(err)
		}
		named, err := publicKeys([]string{g.PublicKey()})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(named, keys); diff != "" || len(keys) != 1 {
			t.Error(diff)
		}
	}
}
