package loopback_test

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/deploy/internal/loopback"
)

func TestChooseRemembers(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ports")
	first := choose(t, file)
	if first[0] == first[1] {
		t.Fatalf("both ports are %d", first[0])
	}
	if err := loopback.Remember(file, first); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, choose(t, file)); diff != "" {
		t.Errorf("free ports were not chosen again (-want +got):\n%s", diff)
	}
}

func TestChooseAvoidsTakenPort(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ports")
	remembered := choose(t, file)
	if err := loopback.Remember(file, remembered); err != nil {
		t.Fatal(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", loopback.Address(remembered[1]))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	for _, port := range choose(t, file) {
		if port == remembered[1] {
			t.Errorf("port %d was chosen though somebody listens on it", port)
		}
	}
}

func TestChooseIgnoresBadFile(t *testing.T) {
	for name, text := range map[string]string{
		"empty":       "",
		"one of two":  "4000\n",
		"three":       "4000 4001 4002\n",
		"zero":        "0 4001\n",
		"too large":   "4000 65536\n",
		"negative":    "-1 4001\n",
		"not numbers": "native http\n",
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "ports")
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, port := range choose(t, file) {
				if port < 1024 || port == 4000 || port == 4001 {
					t.Errorf("chose port %d of a file that cannot be trusted", port)
				}
			}
		})
	}
}

func choose(t *testing.T, file string) []int {
	t.Helper()
	ports, err := loopback.Choose(file, 2)
	if err != nil {
		t.Fatal(err)
	}
	if len(ports) != 2 {
		t.Fatalf("got %d ports, want 2", len(ports))
	}
	return ports
}
