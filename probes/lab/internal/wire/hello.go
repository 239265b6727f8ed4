package wire

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// ServerName returns the name that a TLS hello in the packet asks for, or "". Like the boxes that it stands for it
// reads the one packet, and a name that is cut in two escapes it.
func (p *Packet) ServerName() string {
	const record = 5 // type 22, version, length (RFC 8446, section 5.1)
	if p.UDP || len(p.Payload) < record || p.Payload[0] != 22 {
		return ""
	}
	return nameIn(p.Payload[record:])
}

// nameIn returns the name that a TLS hello asks for, in lower case, or "".
func nameIn(b []byte) string {
	const head = 38 // type 1, length; version, random (RFC 8446, section 4.1.2)
	if len(b) < head || b[0] != 1 {
		return ""
	}
	b = b[head:]
	var ok bool
	if b, ok = skip(b, 1); !ok { // session id
		return ""
	}
	if b, ok = skip(b, 2); !ok { // cipher suites
		return ""
	}
	if b, ok = skip(b, 1); !ok || len(b) < 2 { // compression methods
		return ""
	}
	b = b[2:] // length of all extensions
	for len(b) >= 4 {
		kind, size := binary.BigEndian.Uint16(b), int(binary.BigEndian.Uint16(b[2:]))
		if b = b[4:]; size > len(b) {
			return ""
		}
		// Extension 0: length of the list, type 0, length of the name (RFC 6066, section 3).
		if kind == 0 && size > 5 {
			return strings.ToLower(string(b[5:size]))
		}
		b = b[size:]
	}
	return ""
}

// skip passes over a vector whose length stands before it in so many bytes.
func skip(b []byte, width int) ([]byte, bool) {
	if len(b) < width {
		return nil, false
	}
	size := 0
	for _, c := range b[:width] {
		size = size<<8 | int(c)
	}
	if b = b[width:]; size > len(b) {
		return nil, false
	}
	return b[size:], true
}

// Host returns the host that an HTTP request in the packet names, or "".
func (p *Packet) Host() string {
	head, _, _ := bytes.Cut(p.Payload, []byte("\r\n\r\n"))
	first, rest, _ := bytes.Cut(head, []byte("\r\n"))
	if p.UDP || !bytes.Contains(first, []byte(" HTTP/1.")) {
		return ""
	}
	for line := range bytes.SplitSeq(rest, []byte("\r\n")) {
		name, value, _ := bytes.Cut(line, []byte(":"))
		if strings.EqualFold(string(name), "host") {
			host, _, _ := strings.Cut(strings.TrimSpace(string(value)), ":")
			return strings.ToLower(host)
		}
	}
	return ""
}
