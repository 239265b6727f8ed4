package measurement

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
)

// MaxRefusalBytes bounds what a probe reads of a refusal.
const MaxRefusalBytes = 4 << 10

// refusalDomain keeps a refusal from passing for anything else that a gateway signs.
const refusalDomain = "lamplight refusal v1\n"

// ErrRefusal says that a refusal does not prove that the gateway made it: a proxy or a portal may have.
var ErrRefusal = errors.New("refusal does not verify")

// SignRefusal signs a gateway's answer other than yes to a body that was sent.
func SignRefusal(key ed25519.PrivateKey, sent, answer []byte) []byte {
	return ed25519.Sign(key, refusalMessage(sent, answer))
}

// VerifyRefusal returns the code of an answer that key signed for the very bytes that were sent.
func VerifyRefusal(key ed25519.PublicKey, sent, answer, signature []byte) (code string, err error) {
	if len(answer) > MaxRefusalBytes {
		return "", fmt.Errorf("%w: longer than %d bytes", ErrRefusal, MaxRefusalBytes)
	}
	if !verify(key, "", refusalMessage(sent, answer), signature) {
		return "", fmt.Errorf("%w: signature is not the pinned gateway's", ErrRefusal)
	}
	var said struct {
		Code string `json:"error"`
	}
	if json.Unmarshal(answer, &said) != nil || said.Code == "" || !word(said.Code, 64) {
		return "", fmt.Errorf("%w: it names no code", ErrRefusal)
	}
	return said.Code, nil
}

func refusalMessage(sent, answer []byte) []byte {
	sum := sha256.Sum256(sent)
	return append(append([]byte(refusalDomain), sum[:]...), answer...)
}
