// Package identity holds the keys that a probe signs with.
//
// There is no probe id: an id that followed a volunteer from network to network would be a location
// history. One secret seed stays on the device, and every country, network and month gets a key of its
// own, which cannot be connected with another without the seed. What else could connect two networks,
// such as the moments at which a probe looks, is derived the same way.
package identity

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"
)

// SeedSize is the length of a seed in bytes.
const SeedSize = 32

// Identity derives a device's keys from its seed.
type Identity struct {
	seed [SeedSize]byte
	one  bool
}

// FromSeed returns the identity of a seed.
func FromSeed(seed [SeedSize]byte) Identity { return Identity{seed: seed} }

// OfControl returns the identity of a control, which signs with one key everywhere and always. It is nobody's
// secret where a control is, and operators name its key to their gateways.
func OfControl(key ed25519.PrivateKey) Identity {
	return Identity{seed: [SeedSize]byte(key.Seed()), one: true}
}

// Key returns the signing key for a country and network in the month, UTC, that holds at.
func (id Identity) Key(country string, asn uint32, at time.Time) ed25519.PrivateKey {
	if id.one {
		return ed25519.NewKeyFromSeed(id.seed[:])
	}
	return ed25519.NewKeyFromSeed(id.derive("key", country, asn, at, ed25519.SeedSize))
}

// Schedule returns the seed of the probe's timetable for a country and network in the month of at.
func (id Identity) Schedule(country string, asn uint32, at time.Time) uint64 {
	return binary.BigEndian.Uint64(id.derive("schedule", country, asn, at, 8))
}

// Link returns the name under which the probe remembers the last batch of a key. Without the seed it says nothing:
// neither the key nor the network can be told from it.
func (id Identity) Link(country string, asn uint32, at time.Time) string {
	if id.one {
		country, asn, at = "", 0, time.Time{} // of one key there is one chain
	}
	return hex.EncodeToString(id.derive("link", country, asn, at, 16))
}

// LinkSecret returns what the marks of links are made with (package uplink).
func (id Identity) LinkSecret() []byte { return id.derive("link mark", "", 0, time.Time{}, 32) }

// OutboxSecrets returns what the outbox seals its own notes with, and what it names batches with on the disk.
func (id Identity) OutboxSecrets() (sealing, naming []byte) {
	return id.derive("outbox seal", "", 0, time.Time{}, 32), id.derive("outbox name", "", 0, time.Time{}, 32)
}

func (id Identity) derive(purpose, country string, asn uint32, at time.Time, size int) []byte {
	info := fmt.Sprintf("lamplight v1 %s %s %d %s", purpose, country, asn, at.UTC().Format("2006-01"))
	// The only error of hkdf.Key is a length over 255 hashes.
	out, err := hkdf.Key(sha256.New, id.seed[:], nil, info, size)
	if err != nil {
		panic("identity: " + err.Error())
	}
	return out
}
