package envelope

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
)

// domain keeps a signature over an envelope from passing for one over anything else that the key signs.
const domain = "lamplight envelope v1\n"

// fields are the headers that an envelope has, in the order in which they are signed.
var fields = []string{
	headerSignature, headerReceivedAt, headerCountry, headerRegion, headerASN, headerASName, headerOrigin,
}

// signed returns the bytes that a gateway signs: the probe's key, each field, and a hash of the body, each
// with its length before it, so that no two envelopes have the same ones.
func signed(m bus.Message) []byte {
	body := sha256.Sum256(m.Value)
	out := appendField([]byte(domain), m.Key)
	for _, name := range fields {
		value, _ := m.Header(name)
		out = appendField(out, value)
	}
	return appendField(out, body[:])
}

func appendField(to, value []byte) []byte {
	return append(binary.BigEndian.AppendUint32(to, uint32(len(value))), value...)
}

func signedByOne(gateways []ed25519.PublicKey, message, signature []byte) bool {
	return slices.ContainsFunc(gateways, func(key ed25519.PublicKey) bool { return ed25519.Verify(key, message, signature) })
}
