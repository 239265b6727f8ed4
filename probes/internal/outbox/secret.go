package outbox

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/lamplight-net/lamplight/probes/internal/identity"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// name stands for a batch's id on the disk: an HMAC, cut to 128 bits. Whoever has the batches, as the gateway has,
// cannot find those of this machine by it without the seed.
type name [16]byte

// secret is what the outbox keeps its own notes with. All of it comes from the seed, and goes with it.
type secret struct {
	notes  cipher.AEAD // with a random nonce: a few million notes in a probe's life are far from 2^32
	naming []byte
	// owner marks the units of a seed.
	owner [4]byte
}

func newSecret(id identity.Identity) (secret, error) {
	sealing, naming := id.OutboxSecrets()
	block, err := aes.NewCipher(sealing)
	if err != nil {
		return secret{}, fmt.Errorf("make key of notes: %w", err)
	}
	notes, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return secret{}, fmt.Errorf("make key of notes: %w", err)
	}
	s := secret{notes: notes, naming: naming}
	s.owner = [4]byte(s.mac("owner", nil))
	return s, nil
}

func (s secret) name(id measurement.BatchID) name { return name(s.mac("batch", id[:])) }

func (s secret) mac(what string, of []byte) []byte {
	h := hmac.New(sha256.New, s.naming)
	h.Write([]byte(what + "\x00"))
	h.Write(of)
	return h.Sum(nil)[:len(name{})]
}

// seal returns a note under a label, padded to a multiple of step bytes, so that its size does not tell how much is
// in it.
func (s secret) seal(label string, step int, note any) ([]byte, error) {
	text, err := json.Marshal(note)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", label, err)
	}
	if over := len(text) % step; over != 0 {
		text = append(text, bytes.Repeat([]byte{' '}, step-over)...)
	}
	return s.notes.Seal(nil, nil, text, []byte(label)), nil
}

// open reads a note, and reports whether it is whole, of this seed and under this label.
func (s secret) open(label string, sealed []byte, note any) bool {
	text, err := s.notes.Open(nil, nil, sealed, []byte(label))
	return err == nil && json.Unmarshal(text, note) == nil
}
