package upload

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"sync"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
)

const pinName = "gateway.json"

// Pin remembers the first key that a gateway gave, in the state folder: whoever speaks for the gateway
// later must have it.
type Pin struct {
	client *Client
	state  *os.Root

	mu  sync.Mutex
	key ed25519.PublicKey
}

// pinned is the file's content. A gateway at none of these addresses is another one.
type pinned struct {
	Gateways []string `json:"gateways"`
	Key      []byte   `json:"key"`
}

// NewPin returns the pin of client's gateway. A key that is given needs no remembering.
func NewPin(client *Client, state *os.Root, given ed25519.PublicKey) (*Pin, error) {
	p := &Pin{client: client, state: state, key: given}
	if given != nil {
		return p, nil
	}
	file, err := state.Open(pinName)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open the pinned gateway key: %w", err)
	}
	defer file.Close()
	var saved pinned
	data, err := io.ReadAll(io.LimitReader(file, 64<<10))
	if err == nil {
		err = json.Unmarshal(data, &saved)
	}
	if err != nil || len(saved.Key) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("%s in the state folder is damaged: delete it to pin the gateway's key anew", pinName)
	}
	if slices.ContainsFunc(saved.Gateways, func(g string) bool { return slices.Contains(client.names, g) }) {
		p.key = saved.Key
	}
	return p, nil
}

// Known returns the pinned key, or nil when there is none yet.
func (p *Pin) Known() ed25519.PublicKey {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.key
}

// Key returns the pinned key, and asks the gateway for it the first time.
func (p *Pin) Key(ctx context.Context) (ed25519.PublicKey, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.key != nil {
		return p.key, nil
	}
	key, err := p.client.Key(ctx)
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(pinned{Gateways: p.client.names, Key: key})
	if err != nil {
		return nil, err
	}
	if err := durable.WriteFile(p.state, pinName, data); err != nil {
		return nil, onDisk(fmt.Errorf("pin the gateway's key: %w", err))
	}
	p.key = key
	return key, nil
}
