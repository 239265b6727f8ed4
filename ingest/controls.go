package ingest

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
)

// ControlsConfig says whom to believe that they look from outside. Gateway and loader need the same.
type ControlsConfig struct {
	Keys []string `name:"control-key" help:"Public key, in base64, of a control whose batches are believed; may be repeated, and the same for gateway and loader. Who else claims to be one is refused." env:"LAMPLIGHT_CONTROL_KEYS" placeholder:"KEY"`
}

func (c ControlsConfig) keys() ([]ed25519.PublicKey, error) {
	var out []ed25519.PublicKey
	for _, text := range c.Keys {
		key, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil || len(key) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("--control-key: %q is not an Ed25519 public key in base64 (44 characters): lamplight control logs its own", text)
		}
		out = append(out, key)
	}
	return out, nil
}
