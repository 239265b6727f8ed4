package measurement

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/hpke"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// Signed is a batch as its probe signed it: Body is the signed bytes, packed by whoever sends them.
type Signed struct {
	Key       ed25519.PublicKey
	Signature []byte
	Body      []byte
}

// A unit is a Signed that only a gateway can read. It begins with a mark and the id of the key it is sealed to;
// the rest is HPKE (RFC 9180) in base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305, with a
// fresh sender key for each unit, which the sender forgets. Sealed is the key, the signature, the length of the
// body in four bytes, the body, and zeros up to a size that many units share.
const (
	sealMark   = "LLS\x01"
	sealDomain = "lamplight sealed batch v1\n"

	sealKeyIDBytes = 8
	sealHead       = len(sealMark) + sealKeyIDBytes
	sealInner      = ed25519.PublicKeySize + ed25519.SignatureSize + 4
	sealOverhead   = sealHead + 32 + 16 + sealInner // X25519 share, Poly1305 tag

	// MinUnitBytes is the size of the smallest unit.
	MinUnitBytes = 1 << 10
)

// Errors of Open.
var (
	ErrSealKey = errors.New("unit is sealed to another key")
	ErrUnit    = errors.New("unit is damaged")
)

// SealKey seals batches to a gateway. It opens nothing.
type SealKey struct {
	id     [sealKeyIDBytes]byte
	public hpke.PublicKey
}

// NewSealKey returns the sealing key that belongs to a gateway's receipt key: the same point, on the curve in
// Montgomery's form (RFC 7748, section 4.1). One key may serve both Ed25519 and an X25519 KEM (Thormarker, "On using the
// same key pair for Ed25519 and an X25519 based KEM", 2021), and so a probe that was given the receipt key can
// seal before it ever spoke with its gateway.
func NewSealKey(gateway ed25519.PublicKey) (SealKey, error) {
	if len(gateway) != ed25519.PublicKeySize || smallOrder(gateway) {
		return SealKey{}, errors.New("not an Ed25519 public key that anything can be sealed to")
	}
	public, err := hpke.DHKEM(ecdh.X25519()).NewPublicKey(montgomery(gateway))
	if err != nil {
		return SealKey{}, fmt.Errorf("make sealing key: %w", err)
	}
	return SealKey{id: sealKeyID(public), public: public}, nil
}

// Seal returns the batch as a unit. No two units of the same batch are alike.
func (k SealKey) Seal(s Signed) ([]byte, error) {
	if len(s.Key) != ed25519.PublicKeySize || len(s.Signature) != ed25519.SignatureSize {
		return nil, errors.New("seal: key or signature has the wrong length")
	}
	inner := make([]byte, UnitBytes(len(s.Body))-sealOverhead+sealInner)
	rest := inner[copy(inner, slices.Concat(s.Key, s.Signature)):]
	binary.BigEndian.PutUint32(rest, uint32(len(s.Body)))
	copy(rest[4:], s.Body)
	head := append([]byte(sealMark), k.id[:]...)
	sealed, err := hpke.Seal(k.public, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), append([]byte(sealDomain), head...), inner)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return append(head, sealed...), nil
}

// UnitBytes returns the size of the unit that holds a body of so many bytes. Sizes go up in quarters of a power of
// two, so that whoever sees one learns little of what is in it, for at most a quarter more bytes.
func UnitBytes(body int) int {
	size := body + sealOverhead
	for step := MinUnitBytes; ; step *= 2 {
		for quarters := range 4 {
			if bucket := step + quarters*step/4; size <= bucket {
				return bucket
			}
		}
	}
}

// UnsealKey opens what was sealed to a gateway.
type UnsealKey struct {
	id      [sealKeyIDBytes]byte
	private hpke.PrivateKey
}

// NewUnsealKey returns the key that opens what was sealed to the gateway with this receipt key.
func NewUnsealKey(gateway ed25519.PrivateKey) (UnsealKey, error) {
	if len(gateway) != ed25519.PrivateKeySize {
		return UnsealKey{}, errors.New("not an Ed25519 private key")
	}
	scalar := sha512.Sum512(gateway.Seed()) // RFC 8032, section 5.1.5; X25519 clamps it
	private, err := hpke.DHKEM(ecdh.X25519()).NewPrivateKey(scalar[:32])
	if err != nil {
		return UnsealKey{}, fmt.Errorf("make unsealing key: %w", err)
	}
	return UnsealKey{id: sealKeyID(private.PublicKey()), private: private}, nil
}

// Open returns the batch that is sealed in a unit, which it has not verified. The error is ErrSealKey, which
// another key may cure, or ErrUnit, which nothing does.
func (k UnsealKey) Open(unit []byte) (Signed, error) {
	if len(unit) < sealOverhead || !bytes.HasPrefix(unit, []byte(sealMark)) {
		return Signed{}, ErrUnit
	}
	if !bytes.Equal(unit[len(sealMark):sealHead], k.id[:]) {
		return Signed{}, ErrSealKey
	}
	inner, err := hpke.Open(k.private, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(),
		append([]byte(sealDomain), unit[:sealHead]...), unit[sealHead:])
	if err != nil {
		return Signed{}, ErrUnit
	}
	key, rest := inner[:ed25519.PublicKeySize], inner[ed25519.PublicKeySize:]
	signature, rest := rest[:ed25519.SignatureSize], rest[ed25519.SignatureSize:]
	length, rest := uint64(binary.BigEndian.Uint32(rest)), rest[4:]
	// What is no padding has no business behind the body.
	if length > uint64(len(rest)) || len(bytes.Trim(rest[length:], "\x00")) > 0 {
		return Signed{}, ErrUnit
	}
	return Signed{Key: key, Signature: signature, Body: rest[:length]}, nil
}

func sealKeyID(public hpke.PublicKey) [sealKeyIDBytes]byte {
	sum := sha256.Sum256(append([]byte("lamplight sealing key v1\n"), public.Bytes()...))
	return [sealKeyIDBytes]byte(sum[:])
}

// montgomery maps an Edwards point to its u-coordinate, (1+y)/(1-y) modulo 2^255-19. Public keys alone are
// calculated with, so it need not take the same time for all of them.
func montgomery(point ed25519.PublicKey) []byte {
	p := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	y := slices.Clone(point)
	y[31] &= 0x7f // the sign of x
	slices.Reverse(y)
	number := new(big.Int).SetBytes(y)
	above := new(big.Int).Add(big.NewInt(1), number)
	below := new(big.Int).Sub(big.NewInt(1), number)
	below.ModInverse(below.Mod(below, p), p)
	u := above.Mul(above, below).Mod(above, p).FillBytes(make([]byte, 32))
	slices.Reverse(u)
	return u
}
