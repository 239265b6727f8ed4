// Package meter counts the bytes that a probe sends and receives, by day, so that a volunteer on a mobile plan
// can be told and can set a limit.
//
// It counts what passes through connections, and adds what the network adds: a header for every packet, and a
// handshake for every connection. Packets that the kernel sends again are not seen. It knows how much, never to
// whom.
package meter

import (
	"net"
	"sync"
	"time"
)

// What the network adds, in bytes. A packet carries at most a segment of an ordinary line.
const (
	segment   = 1400
	tcpHeader = 52 // IPv4 20, TCP 20, timestamps 12
	udpHeader = 28
	handshake = 3 * tcpHeader // SYN, ACK, FIN of either side
)

// Day is a day's bytes, by direction.
type Day struct {
	Date     string `json:"date"` // UTC, as 2006-01-02
	Sent     int64  `json:"sent"`
	Received int64  `json:"received"`
}

// Bytes returns both directions together.
func (d Day) Bytes() int64 { return d.Sent + d.Received }

// Meter counts. A nil Meter counts nothing.
type Meter struct {
	now func() time.Time

	mu  sync.Mutex
	day Day
}

// New returns a meter that has counted nothing.
func New(now func() time.Time) *Meter { return &Meter{now: now} }

// Resume adds what an earlier run of the program counted, if that was today.
func (m *Meter) Resume(before Day) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turn()
	if before.Date == m.day.Date {
		m.day.Sent += before.Sent
		m.day.Received += before.Received
	}
}

// Today returns the day's count so far.
func (m *Meter) Today() Day {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turn()
	return m.day
}

// turn begins another day when it is one. A clock that was set back begins one, too: a count that may be low is
// better than a probe that waits for a tomorrow of years ago.
func (m *Meter) turn() {
	if date := m.now().UTC().Format(time.DateOnly); date != m.day.Date {
		m.day = Day{Date: date}
	}
}

func (m *Meter) add(sent, received int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turn()
	m.day.Sent += sent
	m.day.Received += received
}

// Conn returns a connection whose bytes are counted.
func (m *Meter) Conn(conn net.Conn) net.Conn {
	if m == nil {
		return conn
	}
	// DNS libraries tell datagrams from streams by the methods of what they are given.
	if packets, ok := conn.(net.PacketConn); ok {
		return &datagrams{Conn: conn, packets: packets, meter: m}
	}
	m.add(handshake, handshake)
	return &stream{Conn: conn, meter: m}
}

// stream is a TCP connection.
type stream struct {
	net.Conn
	meter         *Meter
	read, written int // so far; one goroutine reads and one writes
}

// Read implements net.Conn.
func (s *stream) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	s.meter.add(0, onTheLine(s.read+n)-onTheLine(s.read))
	s.read += n
	return n, err
}

// Write implements net.Conn.
func (s *stream) Write(p []byte) (int, error) {
	n, err := s.Conn.Write(p)
	s.meter.add(onTheLine(s.written+n)-onTheLine(s.written), 0)
	s.written += n
	return n, err
}

func onTheLine(n int) int64 { return int64(n + (n+segment-1)/segment*tcpHeader) }

// datagrams is a UDP socket.
type datagrams struct {
	net.Conn
	packets net.PacketConn
	meter   *Meter
}

// Read implements net.Conn.
func (d *datagrams) Read(p []byte) (int, error) {
	n, err := d.Conn.Read(p)
	d.received(n, err)
	return n, err
}

// Write implements net.Conn.
func (d *datagrams) Write(p []byte) (int, error) {
	n, err := d.Conn.Write(p)
	d.sent(n, err)
	return n, err
}

// ReadFrom implements net.PacketConn.
func (d *datagrams) ReadFrom(p []byte) (int, net.Addr, error) {
	n, from, err := d.packets.ReadFrom(p)
	d.received(n, err)
	return n, from, err
}

// WriteTo implements net.PacketConn.
func (d *datagrams) WriteTo(p []byte, to net.Addr) (int, error) {
	n, err := d.packets.WriteTo(p, to)
	d.sent(n, err)
	return n, err
}

func (d *datagrams) received(n int, err error) {
	if err == nil {
		d.meter.add(0, int64(n+udpHeader))
	}
}

func (d *datagrams) sent(n int, err error) {
	if err == nil {
		d.meter.add(int64(n+udpHeader), 0)
	}
}
