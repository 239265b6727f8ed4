package measurement

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
)

// Each signature covers a prefix that names its purpose, so that a signed batch can never pass for a
// receipt, nor the other way round.
const (
	batchDomain   = "lamplight batch v1\n"
	receiptDomain = "lamplight receipt v1\n"
	answerDomain  = "lamplight control answer v1\n"
)

// RecordID is SHA-256(public key, line) cut to 128 bits, line without its newline. The same line from
// the same key is the same record, and nobody can claim another key's id.
type RecordID [16]byte

// String returns the id in lower-case hex.
func (id RecordID) String() string { return hex.EncodeToString(id[:]) }

// BatchID is the SHA-256 of a batch's uncompressed bytes.
type BatchID [32]byte

// String returns the id in lower-case hex.
func (id BatchID) String() string { return hex.EncodeToString(id[:]) }

// NewRecordID returns the id of one line as signed by key.
func NewRecordID(key ed25519.PublicKey, line []byte) RecordID {
	h := sha256.New()
	h.Write(key)
	h.Write(line)
	return RecordID(h.Sum(nil)[:16])
}

// NewBatchID returns the id of a batch's bytes.
func NewBatchID(batch []byte) BatchID { return sha256.Sum256(batch) }

// SignBatch signs a batch's uncompressed bytes with Ed25519.
func SignBatch(key ed25519.PrivateKey, batch []byte) []byte {
	return ed25519.Sign(key, append([]byte(batchDomain), batch...))
}

// VerifyBatch reports whether signature is key's over these very bytes. A key or signature of the
// wrong length is a no, not a panic.
func VerifyBatch(key ed25519.PublicKey, batch, signature []byte) bool {
	return verify(key, batchDomain, batch, signature)
}

// SignAnswer signs what a control answers whoever asks it. It is a batch, and must not pass for one that the control
// delivers: the one who asked chose what is in it.
func SignAnswer(key ed25519.PrivateKey, answer []byte) []byte {
	return ed25519.Sign(key, append([]byte(answerDomain), answer...))
}

// VerifyAnswer reports whether signature is a control's over this answer.
func VerifyAnswer(key ed25519.PublicKey, answer, signature []byte) bool {
	return verify(key, answerDomain, answer, signature)
}

func verify(key ed25519.PublicKey, domain string, message, signature []byte) bool {
	if len(key) != ed25519.PublicKeySize || len(signature) != ed25519.SignatureSize || smallOrder(key) {
		return false
	}
	return ed25519.Verify(key, append([]byte(domain), message...), signature)
}

// smallOrder reports whether a key is one of the few under which a signature fits every message. Verifiers
// differ on them, and evidence must be judged alike by everybody. The encodings are those of the eight points
// of small order on the curve, canonical or not (Chalkias, Garillot and Nikolaenko, "Taming the many EdDSAs",
// 2020), without the sign bit.
func smallOrder(key ed25519.PublicKey) bool {
	y := [32]byte(key)
	y[31] &= 0x7f
	return known(hex.EncodeToString(y[:]), []string{
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	})
}
