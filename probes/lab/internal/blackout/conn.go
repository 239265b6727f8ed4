package blackout

import (
	"net"
	"sync/atomic"
)

// packets is a UDP socket on a grid. UDP has no handshake, so a datagram dropped here is to its sender
// the same as one dropped on the way.
type packets struct {
	net.PacketConn
	grid *Grid
}

func (p *packets) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, from, err := p.PacketConn.ReadFrom(b)
		if err != nil || !p.grid.isCut(from) {
			return n, from, err
		}
	}
}

func (p *packets) WriteTo(b []byte, to net.Addr) (int, error) {
	if p.grid.isCut(to) {
		return len(b), nil
	}
	return p.PacketConn.WriteTo(b, to)
}

// stream is an accepted connection on a grid. Once a byte was lost in either direction it carries
// nothing any more; its reader waits until the connection is closed or its deadline passes.
type stream struct {
	net.Conn
	grid *Grid
	lost atomic.Bool
}

func (s *stream) Read(b []byte) (int, error) {
	for {
		n, err := s.Conn.Read(b)
		if err != nil || !s.silent() {
			return n, err
		}
	}
}

func (s *stream) Write(b []byte) (int, error) {
	if s.silent() {
		return len(b), nil
	}
	return s.Conn.Write(b)
}

func (s *stream) silent() bool {
	if s.grid.isCut(s.RemoteAddr()) {
		s.lost.Store(true)
	}
	return s.lost.Load()
}
