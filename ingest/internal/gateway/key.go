package gateway

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// LoadKey reads the gateway's signing key, and makes one when the file does not exist. The file holds the
// 32-byte Ed25519 seed in base64, for its owner's eyes only. All gateways behind one name must have the
// same: probes pin it.
func LoadKey(path string) (ed25519.PrivateKey, error) {
	key, err := readKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := makeKey(path); err != nil {
		return nil, fmt.Errorf("make gateway key: %w", err)
	}
	return readKey(path)
}

// LoadRetiredKey reads a key that another has replaced. It makes none: a new key never sealed anything.
func LoadRetiredKey(path string) (ed25519.PrivateKey, error) { return readKey(path) }

func readKey(path string) (ed25519.PrivateKey, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read gateway key: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("gateway key %s can be read by others (mode %04o): run chmod 600 on it, or replace it if others may have read it", path, mode)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read gateway key: %w", err)
	}
	seed, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("gateway key %s is not %d bytes in base64: restore it, or remove it for a new key, which probes must then be told", path, ed25519.SeedSize)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// makeKey writes a new key so that it is there whole or not at all, and never over another.
func makeKey(path string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(dir, ".gateway-key-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp.Name()) }() // only its link is to stay
	seed := make([]byte, ed25519.SeedSize)
	if _, err := rand.Read(seed); err != nil {
		return errors.Join(err, temp.Close())
	}
	_, err = temp.WriteString(base64.StdEncoding.EncodeToString(seed) + "\n")
	if err := errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return err
	}
	if err := os.Link(temp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(dir)
}

// WritePublic writes the public half of the key in path beside it, as path.pub, for loaders to read.
func WritePublic(path string, key ed25519.PrivateKey) error {
	text := base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey)) + "\n"
	path += ".pub"
	if there, err := os.ReadFile(path); err == nil && string(there) == text {
		return nil
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

func syncFolder(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
