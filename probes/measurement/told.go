package measurement

import (
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// timeDomain keeps a time from passing for anything else that a gateway signs.
const timeDomain = "lamplight time v1\n"

// NonceBytes is the length of what a probe makes up so that nobody can answer it with an old time.
const NonceBytes = 16

// MaxTimeBytes bounds what a probe reads of a gateway's time.
const MaxTimeBytes = 1 << 10

// ErrTime says that a time does not prove that the gateway gave it now.
var ErrTime = errors.New("time does not verify")

// told is a gateway's time on the wire.
type told struct {
	Version int       `json:"version"`
	Time    time.Time `json:"time"`
	Nonce   string    `json:"nonce"`
}

// SignTime encodes the time as the answer to a nonce, and signs the encoded bytes.
func SignTime(key ed25519.PrivateKey, at time.Time, nonce [NonceBytes]byte) (body, signature []byte, err error) {
	body, err = json.Marshal(told{Version: 1, Time: at.UTC().Truncate(time.Millisecond), Nonce: hex.EncodeToString(nonce[:])})
	if err != nil {
		return nil, nil, fmt.Errorf("encode time: %w", err)
	}
	return body, ed25519.Sign(key, append([]byte(timeDomain), body...)), nil
}

// VerifyTime reads a time that key signed in answer to nonce.
func VerifyTime(key ed25519.PublicKey, body, signature []byte, nonce [NonceBytes]byte) (time.Time, error) {
	var t told
	if len(body) > MaxTimeBytes {
		return time.Time{}, fmt.Errorf("%w: longer than %d bytes", ErrTime, MaxTimeBytes)
	}
	if !verify(key, timeDomain, body, signature) {
		return time.Time{}, fmt.Errorf("%w: signature is not the pinned gateway's", ErrTime)
	}
	if err := strictUnmarshal(body, &t); err != nil {
		return time.Time{}, fmt.Errorf("%w: %w", ErrTime, err)
	}
	if t.Version != 1 || t.Time.IsZero() || t.Nonce != hex.EncodeToString(nonce[:]) {
		return time.Time{}, fmt.Errorf("%w: it answers another question", ErrTime)
	}
	return t.Time, nil
}
