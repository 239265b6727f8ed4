package http

import (
	"errors"
	"net"
)

// maxExchangeBytes is all that a server may send on one connection: the header and the body at their caps, a
// handshake, and room for what HTTP/2 and TLS wrap around them.
const maxExchangeBytes = 256 << 10

var errTooMuch = errors.New("the server sends more than a probe takes")

// bounded is a connection that a server cannot flood.
type bounded struct {
	net.Conn
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooMuch
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
