package servertest

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"slices"

	"golang.org/x/crypto/blake2b"

	"github.com/lamplight-net/lamplight/probes/internal/minisign"
)

// Signer is one of the people who may sign lists, by a number.
type Signer byte

func (s Signer) key() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{byte(s)}, ed25519.SeedSize))
}

// Key is the signer's public key.
func (s Signer) Key() minisign.PublicKey {
	return minisign.PublicKey{ID: minisign.KeyID{byte(s)}, Key: s.key().Public().(ed25519.PublicKey)}
}

// KeyText is the signer's public key as minisign writes it into a file.
func (s Signer) KeyText() string {
	k := s.Key()
	return "untrusted comment: a key\n" + base64.StdEncoding.EncodeToString(slices.Concat([]byte("Ed"), k.ID[:], k.Key)) + "\n"
}

// Sign signs a text as minisign does.
func (s Signer) Sign(text []byte) string {
	sum, id := blake2b.Sum512(text), s.Key().ID
	signature := ed25519.Sign(s.key(), sum[:])
	const comment = "signed by hand"
	return "untrusted comment: a signature\n" + base64.StdEncoding.EncodeToString(slices.Concat([]byte("ED"), id[:], signature)) +
		"\ntrusted comment: " + comment + "\n" +
		base64.StdEncoding.EncodeToString(ed25519.Sign(s.key(), slices.Concat(signature, []byte(comment)))) + "\n"
}
