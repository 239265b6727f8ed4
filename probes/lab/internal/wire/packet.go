// Package wire is the line between two hosts of a lab, and whoever sits on it.
//
// It reads and writes IP packets of links (package netns) and knows just enough of IPv4, IPv6, TCP and UDP to see
// what a censor's machine sees, and to forge what such a machine forges. It keeps no streams together: neither do
// the boxes that it stands for.
package wire

import (
	"encoding/binary"
	"net/netip"
)

// Protocol numbers (IANA).
const (
	protocolTCP = 6
	protocolUDP = 17
)

// TCP flags.
const (
	flagFIN = 1 << iota
	flagSYN
	flagRST
	flagPSH
	flagACK
)

// Packet is one packet of TCP or UDP, taken apart. Its bytes are its own.
type Packet struct {
	From, To netip.AddrPort
	UDP      bool
	Flags    byte   // TCP
	Seq, Ack uint32 // TCP
	Payload  []byte

	raw []byte
}

// parse takes a packet apart; false for what is neither TCP nor UDP, or no packet.
func parse(raw []byte) (Packet, bool) {
	source, destination, protocol, segment, ok := parseIP(raw)
	if !ok {
		return Packet{}, false
	}
	p := Packet{raw: raw}
	header := 8
	switch {
	case protocol == protocolUDP && len(segment) >= 8:
		p.UDP = true
	case protocol == protocolTCP && len(segment) >= 20:
		header = int(segment[12]>>4) * 4
		p.Seq, p.Ack, p.Flags = binary.BigEndian.Uint32(segment[4:]), binary.BigEndian.Uint32(segment[8:]), segment[13]
	default:
		return Packet{}, false
	}
	if header > len(segment) {
		return Packet{}, false
	}
	p.From = netip.AddrPortFrom(source, binary.BigEndian.Uint16(segment))
	p.To = netip.AddrPortFrom(destination, binary.BigEndian.Uint16(segment[2:]))
	p.Payload = segment[header:]
	return p, true
}

func parseIP(raw []byte) (source, destination netip.Addr, protocol byte, segment []byte, ok bool) {
	switch {
	case len(raw) >= 20 && raw[0]>>4 == 4:
		header, total := int(raw[0]&15)*4, int(binary.BigEndian.Uint16(raw[2:]))
		if header < 20 || total < header || total > len(raw) {
			return source, destination, 0, nil, false
		}
		return netip.AddrFrom4([4]byte(raw[12:])), netip.AddrFrom4([4]byte(raw[16:])), raw[9], raw[header:total], true
	case len(raw) >= 40 && raw[0]>>4 == 6:
		total := 40 + int(binary.BigEndian.Uint16(raw[4:]))
		if total > len(raw) {
			return source, destination, 0, nil, false
		}
		return netip.AddrFrom16([16]byte(raw[8:])), netip.AddrFrom16([16]byte(raw[24:])), raw[6], raw[40:total], true
	}
	return source, destination, 0, nil, false
}

// bytes writes a packet. A TCP segment has no options; receivers need none.
func (p *Packet) bytes() []byte {
	header, protocol := 20, byte(protocolTCP)
	if p.UDP {
		header, protocol = 8, protocolUDP
	}
	segment := make([]byte, header, header+len(p.Payload))
	binary.BigEndian.PutUint16(segment, p.From.Port())
	binary.BigEndian.PutUint16(segment[2:], p.To.Port())
	checksumAt := 6
	if p.UDP {
		binary.BigEndian.PutUint16(segment[4:], uint16(header+len(p.Payload)))
	} else {
		binary.BigEndian.PutUint32(segment[4:], p.Seq)
		binary.BigEndian.PutUint32(segment[8:], p.Ack)
		segment[12], segment[13] = 5<<4, p.Flags
		binary.BigEndian.PutUint16(segment[14:], 0xffff) // window
		checksumAt = 16
	}
	segment = append(segment, p.Payload...)
	binary.BigEndian.PutUint16(segment[checksumAt:], checksum(pseudo(p.From.Addr(), p.To.Addr(), protocol, len(segment)), segment))
	return append(ipHeader(p.From.Addr(), p.To.Addr(), protocol, len(segment)), segment...)
}

func ipHeader(source, destination netip.Addr, protocol byte, size int) []byte {
	const hops = 64
	if source.Is4() {
		h := make([]byte, 20, 20+size)
		h[0], h[8], h[9] = 0x45, hops, protocol
		binary.BigEndian.PutUint16(h[2:], uint16(20+size))
		copy(h[12:], source.AsSlice())
		copy(h[16:], destination.AsSlice())
		binary.BigEndian.PutUint16(h[10:], checksum(h))
		return h
	}
	h := make([]byte, 40, 40+size)
	h[0], h[6], h[7] = 0x60, protocol, hops
	binary.BigEndian.PutUint16(h[4:], uint16(size))
	copy(h[8:], source.AsSlice())
	copy(h[24:], destination.AsSlice())
	return h
}

// pseudo is the header that TCP and UDP put under their checksum (RFC 9293, section 3.1; RFC 8200, section 8.1).
func pseudo(source, destination netip.Addr, protocol byte, size int) []byte {
	out := append(source.AsSlice(), destination.AsSlice()...)
	out = binary.BigEndian.AppendUint32(out, uint32(size))
	return binary.BigEndian.AppendUint32(out, uint32(protocol))
}

// checksum is the Internet checksum of RFC 1071 over the parts, each but the last of an even length.
func checksum(parts ...[]byte) uint16 {
	sum := uint32(0)
	for _, b := range parts {
		for ; len(b) > 1; b = b[2:] {
			sum += uint32(binary.BigEndian.Uint16(b))
		}
		if len(b) == 1 {
			sum += uint32(b[0]) << 8
		}
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}

// Readdressed returns the packet with other ends and everything else as it was, options included.
func (p *Packet) Readdressed(from, to netip.AddrPort) []byte {
	out := append([]byte(nil), p.raw...)
	_, _, protocol, segment, _ := parseIP(out)
	addresses, size := 12, 4
	if from.Addr().Is6() {
		addresses, size = 8, 16
	}
	copy(out[addresses:], from.Addr().AsSlice())
	copy(out[addresses+size:], to.Addr().AsSlice())
	binary.BigEndian.PutUint16(segment, from.Port())
	binary.BigEndian.PutUint16(segment[2:], to.Port())
	checksumAt := 16
	if p.UDP {
		checksumAt = 6
	}
	binary.BigEndian.PutUint16(segment[checksumAt:], 0)
	binary.BigEndian.PutUint16(segment[checksumAt:], checksum(pseudo(from.Addr(), to.Addr(), protocol, len(segment)), segment))
	if from.Addr().Is4() {
		header := out[:int(out[0]&15)*4]
		binary.BigEndian.PutUint16(header[10:], 0)
		binary.BigEndian.PutUint16(header[10:], checksum(header))
	}
	return out
}
