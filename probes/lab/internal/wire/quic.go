package wire

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
)

// Crypto is a piece of the handshake that a QUIC packet carries, and where in it the piece stands.
type Crypto struct {
	Offset uint64
	Data   []byte
}

// maxHello is more than a hello takes with all the keys that it offers.
const maxHello = 16 << 10

// Hello puts the pieces of a hello together as they come, in any order, as a box does that means to read the name of
// every QUIC connection: clients cut it up so that a box that reads one packet does not.
type Hello struct {
	bytes [maxHello]byte
	have  [maxHello]bool
}

// Add adds the pieces of a packet.
func (h *Hello) Add(pieces []Crypto) {
	for _, c := range pieces {
		if c.Offset+uint64(len(c.Data)) > maxHello {
			continue
		}
		copy(h.bytes[c.Offset:], c.Data)
		for i := range c.Data {
			h.have[int(c.Offset)+i] = true
		}
	}
}

// ServerName returns the name that the hello asks for, or "" while that is not known.
func (h *Hello) ServerName() string {
	whole := 0
	for whole < maxHello && h.have[whole] {
		whole++
	}
	return nameIn(h.bytes[:whole])
}

// Initial returns the pieces of the handshake in the first packet of a datagram, if that is one with which a client
// begins a QUIC connection (RFC 9001, section 5). It is sealed with a key that everybody on the way can work out.
func (p *Packet) Initial() []Crypto {
	if !p.UDP {
		return nil
	}
	head, err := parseLong(p.Payload)
	if err != nil {
		return nil
	}
	plain, err := head.open()
	if err != nil {
		return nil
	}
	return cryptoFrames(plain)
}

// long is an Initial packet with its long header (RFC 9000, section 17.2.2).
type long struct {
	version quicVersion
	client  []byte // destination connection id, from which the keys are made
	packet  []byte // up to its end
	number  int    // where the packet number stands
}

// quicVersion is what the versions differ in here (RFC 9001, section 5.2; RFC 9369, section 3.3).
type quicVersion struct {
	initial byte // the two bits that mark an Initial packet
	salt    string
	labels  string
}

var quicVersions = map[uint32]quicVersion{
	1:          {0, "\x38\x76\x2c\xf7\xf5\x59\x34\xb3\x4d\x17\x9a\xe6\xa4\xc8\x0c\xad\xcc\xbb\x7f\x0a", "quic "},
	0x6b3343cf: {1, "\x0d\xed\xe3\xde\xf7\x00\xa6\xdb\x81\x93\x81\xbe\x6e\x26\x9d\xcb\xf9\xbd\x2e\xd9", "quicv2 "},
}

var errNotInitial = errors.New("not an Initial packet")

func parseLong(b []byte) (long, error) {
	if len(b) < 7 || b[0]&0xc0 != 0xc0 {
		return long{}, errNotInitial
	}
	version, ok := quicVersions[binary.BigEndian.Uint32(b[1:])]
	if !ok || b[0]>>4&3 != version.initial {
		return long{}, errNotInitial
	}
	rest := b[5:]
	size := int(rest[0])
	if len(rest) < 1+size {
		return long{}, errNotInitial
	}
	client := rest[1 : 1+size]
	if rest, ok = skip(rest[1+size:], 1); !ok { // source connection id
		return long{}, errNotInitial
	}
	token, rest, ok := varint(rest)
	if !ok || token > uint64(len(rest)) {
		return long{}, errNotInitial
	}
	length, rest, ok := varint(rest[token:])
	if !ok || length > uint64(len(rest)) || length < 20 {
		return long{}, errNotInitial
	}
	at := len(b) - len(rest)
	return long{version: version, client: client, packet: b[:at+int(length)], number: at}, nil
}

// open takes the protection of the header off and opens the packet (RFC 9001, sections 5.3 and 5.4).
func (l long) open() ([]byte, error) {
	initial, err := hkdf.Extract(sha256.New, l.client, []byte(l.version.salt))
	if err != nil {
		return nil, err
	}
	secret, err := expand(initial, "client in", 32)
	if err != nil {
		return nil, err
	}
	key, keyErr := expand(secret, l.version.labels+"key", 16)
	iv, ivErr := expand(secret, l.version.labels+"iv", 12)
	mask, maskErr := expand(secret, l.version.labels+"hp", 16)
	if err := errors.Join(keyErr, ivErr, maskErr); err != nil {
		return nil, err
	}
	header, err := aes.NewCipher(mask)
	if err != nil {
		return nil, err
	}
	var hidden [16]byte
	header.Encrypt(hidden[:], l.packet[l.number+4:l.number+20])
	clear := append([]byte(nil), l.packet...)
	clear[0] ^= hidden[0] & 0x0f
	digits := int(clear[0]&3) + 1
	for i := range digits {
		clear[l.number+i] ^= hidden[1+i]
		iv[len(iv)-digits+i] ^= clear[l.number+i]
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	seal, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	from := l.number + digits
	return seal.Open(nil, iv, clear[from:], clear[:from])
}

// expand is HKDF-Expand-Label of TLS 1.3 with no context (RFC 8446, section 7.1).
func expand(secret []byte, label string, size int) ([]byte, error) {
	info := binary.BigEndian.AppendUint16(nil, uint16(size))
	info = append(info, byte(len("tls13 ")+len(label)))
	info = append(append(info, "tls13 "+label...), 0)
	return hkdf.Expand(sha256.New, secret, string(info), size)
}

// cryptoFrames returns the CRYPTO frames among the frames of an opened packet, up to one that it does not know
// (RFC 9000, section 19).
func cryptoFrames(b []byte) []Crypto {
	var out []Crypto
	for len(b) > 0 {
		kind := b[0]
		b = b[1:]
		switch kind {
		case 0, 1: // padding, ping
		case 6:
			var offset, size uint64
			var ok bool
			if offset, b, ok = varint(b); !ok {
				return out
			}
			if size, b, ok = varint(b); !ok || size > uint64(len(b)) {
				return out
			}
			out = append(out, Crypto{Offset: offset, Data: b[:size]})
			b = b[size:]
		default:
			return out
		}
	}
	return out
}

// varint reads a number of variable length (RFC 9000, section 16).
func varint(b []byte) (value uint64, rest []byte, ok bool) {
	if len(b) == 0 {
		return 0, nil, false
	}
	size := 1 << (b[0] >> 6)
	if len(b) < size {
		return 0, nil, false
	}
	value = uint64(b[0] & 0x3f)
	for _, c := range b[1:size] {
		value = value<<8 | uint64(c)
	}
	return value, b[size:], true
}
