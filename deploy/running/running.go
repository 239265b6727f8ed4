// Package running says where the services of one machine are, to the other commands on it.
//
// Their ports are chosen when they start, so whoever runs them writes the addresses into the data folder, and
// takes them away at the end. The package starts nothing, and asks nothing but whether somebody listens.
package running

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Addresses are those of the services of a data folder.
type Addresses struct {
	Kafka      []string `json:"kafka"`      // host:port
	ClickHouse string   `json:"clickhouse"` // host:port of the native protocol
	Gateway    string   `json:"gateway"`    // URL
	Site       string   `json:"site"`       // URL
}

// name is the file in a data folder.
const name = "addresses.json"

// maxBytes bounds what is read of it.
const maxBytes = 64 << 10

// Write keeps the addresses in dir until Remove.
func Write(dir string, a Addresses) error {
	text, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		return fmt.Errorf("encode addresses: %w", err)
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("write addresses: %w", err)
	}
	return os.Chmod(path, 0o600) // also when it was there
}

// Remove says that nothing runs on dir any more.
func Remove(dir string) error {
	if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove addresses: %w", err)
	}
	return nil
}

// Find returns the addresses of what runs on dir. It fails when nothing does, also when what did was killed
// and left its addresses behind.
func Find(ctx context.Context, dir string) (Addresses, error) {
	var a Addresses
	nothing := fmt.Errorf("nothing runs on %s: start it with lamplight up --data %[1]s, or give --kafka and --clickhouse", dir)
	text, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return a, nothing
	}
	if err != nil {
		return a, fmt.Errorf("read addresses: %w", err)
	}
	if len(text) > maxBytes || json.Unmarshal(text, &a) != nil || len(a.Kafka) == 0 || a.ClickHouse == "" {
		return a, fmt.Errorf("%s does not hold addresses: delete it and start lamplight up again", filepath.Join(dir, name))
	}
	if !Listens(ctx, a.ClickHouse) {
		return a, fmt.Errorf("nobody listens on %s any more: %w", a.ClickHouse, nothing)
	}
	return a, nil
}

// dialTimeout is how long somebody may take to answer, on the other side of the world.
const dialTimeout = 5 * time.Second

// Listens reports whether somebody accepts connections at one of these addresses.
func Listens(ctx context.Context, addresses ...string) bool {
	for _, address := range addresses {
		conn, err := (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, "tcp", address)
		if err == nil {
			_ = conn.Close()
			return true
		}
	}
	return false
}
