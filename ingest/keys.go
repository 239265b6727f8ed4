package ingest

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"
)

// maxKeyFileBytes is room for some hundred keys; a rotation needs two.
const maxKeyFileBytes = 8 << 10

// publicKeys reads keys that are given as base64, or by the path of a file with one key a line.
func publicKeys(values []string) ([]ed25519.PublicKey, error) {
	var out []ed25519.PublicKey
	for _, value := range values {
		if key, err := publicKey(value); err == nil {
			out = append(out, key)
			continue
		}
		keys, err := publicKeyFile(value)
		if err != nil {
			return nil, fmt.Errorf("--gateway-key-public: %q is neither %d bytes in base64 nor a file of such lines, as a gateway writes beside its key: %w",
				value, ed25519.PublicKeySize, err)
		}
		out = append(out, keys...)
	}
	return out, nil
}

func publicKey(text string) (ed25519.PublicKey, error) {
	key, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, errors.New("not a public key")
	}
	return key, nil
}

func publicKeyFile(path string) ([]ed25519.PublicKey, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxKeyFileBytes {
		return nil, fmt.Errorf("it has %d bytes, at most %d", info.Size(), maxKeyFileBytes)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var out []ed25519.PublicKey
	for n, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		key, err := publicKey(strings.TrimSpace(line))
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
		out = append(out, key)
	}
	return out, nil
}
