// Package minisign reads the public keys and detached signatures of minisign, so that whoever signs a target
// list needs no tool of ours, and whoever doubts one can check it with somebody else's.
//
// It verifies and does not sign. The formats are those of https://jedisct1.github.io/minisign/: a line of
// comment, a line of base64; in a signature two more lines, a comment that is signed too and its signature.
package minisign

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/crypto/blake2b"
)

// KeyID is what a signature names its key by. It is no proof of anything.
type KeyID [8]byte

// String returns the id as minisign writes it: hex, the last byte first.
func (id KeyID) String() string {
	b := slices.Clone(id[:])
	slices.Reverse(b)
	return strings.ToUpper(hex.EncodeToString(b))
}

// PublicKey is one signer's key.
type PublicKey struct {
	ID  KeyID
	Key ed25519.PublicKey
}

// Signature is a detached signature.
type Signature struct {
	ID      KeyID
	Comment string // the trusted one, without its label

	prehashed bool
	signature []byte
	global    []byte // over signature and Comment
}

const (
	maxTextBytes  = 4 << 10
	keyBytes      = 2 + 8 + ed25519.PublicKeySize
	signedBytes   = 2 + 8 + ed25519.SignatureSize
	trustedLabel  = "trusted comment: "
	untrustedMark = "untrusted comment:"
)

// ParsePublicKey reads a key, with or without its line of comment.
func ParsePublicKey(text string) (PublicKey, error) {
	if len(text) > maxTextBytes {
		return PublicKey{}, fmt.Errorf("public key is longer than %d bytes", maxTextBytes)
	}
	lines := linesOf(text)
	if len(lines) > 1 && strings.HasPrefix(lines[0], untrustedMark) {
		lines = lines[1:]
	}
	if len(lines) != 1 {
		return PublicKey{}, errors.New("public key is not one of minisign's: a line of base64, which begins with RW")
	}
	raw, err := base64.StdEncoding.DecodeString(lines[0])
	if err != nil || len(raw) != keyBytes || string(raw[:2]) != "Ed" {
		return PublicKey{}, errors.New("public key is not one of minisign's: 56 characters of base64, which begin with RW")
	}
	return PublicKey{ID: KeyID(raw[2:10]), Key: ed25519.PublicKey(raw[10:])}, nil
}

// ParseSignature reads the text of a .minisig file.
func ParseSignature(text string) (Signature, error) {
	if len(text) > maxTextBytes {
		return Signature{}, fmt.Errorf("signature is longer than %d bytes", maxTextBytes)
	}
	lines := linesOf(text)
	if len(lines) != 4 || !strings.HasPrefix(lines[0], untrustedMark) || !strings.HasPrefix(lines[2], trustedLabel) {
		return Signature{}, errors.New("signature is not one of minisign's: four lines, of which the first and the third are comments")
	}
	raw, err := base64.StdEncoding.DecodeString(lines[1])
	if err != nil || len(raw) != signedBytes {
		return Signature{}, errors.New("signature: its second line is not one of minisign's")
	}
	global, err := base64.StdEncoding.DecodeString(lines[3])
	if err != nil || len(global) != ed25519.SignatureSize {
		return Signature{}, errors.New("signature: its fourth line is not one of minisign's")
	}
	s := Signature{
		ID: KeyID(raw[2:10]), Comment: strings.TrimPrefix(lines[2], trustedLabel),
		signature: raw[10:], global: global,
	}
	switch string(raw[:2]) {
	case "ED":
		s.prehashed = true
	case "Ed":
	default:
		return Signature{}, errors.New("signature: its algorithm is unknown")
	}
	return s, nil
}

// Verify reports whether a signature is the key's over message, and its comment too.
func (k PublicKey) Verify(message []byte, s Signature) bool {
	if s.ID != k.ID || len(k.Key) != ed25519.PublicKeySize {
		return false
	}
	if s.prehashed {
		sum := blake2b.Sum512(message)
		message = sum[:]
	}
	return ed25519.Verify(k.Key, message, s.signature) &&
		ed25519.Verify(k.Key, slices.Concat(s.signature, []byte(s.Comment)), s.global)
}

// linesOf returns the lines of a text without their ends, which are those of any system, and without empty ones
// at its end.
func linesOf(text string) []string {
	var out []string
	for line := range bytes.Lines([]byte(text)) {
		out = append(out, strings.TrimRight(string(line), "\r\n"))
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return out
}
