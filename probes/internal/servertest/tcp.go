// Package servertest gives tests of the probe real servers on loopback, well-behaved and not: TCP, TLS and
// DNS. It is test support: nothing that volunteers run imports it.
package servertest

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/netip"
	"testing"
)

// Behavior is what a TCP server does with a connection, which is closed afterwards.
type Behavior func(net.Conn)

// HangUp closes the connection at once.
func HangUp(net.Conn) {}

// Silence never says anything and takes all that comes.
func Silence(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// Reset resets the connection.
func Reset(conn net.Conn) { _ = conn.(interface{ SetLinger(int) error }).SetLinger(0) }

// Say answers the first bytes that come with text, and hangs up.
func Say(text string) Behavior {
	return func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 4096))
		_, _ = io.WriteString(conn, text)
	}
}

// ThenReset waits for the first bytes and resets the connection, as a censor does that reads along.
func ThenReset(conn net.Conn) {
	_, _ = conn.Read(make([]byte, 4096))
	Reset(conn)
}

// Shake does a TLS handshake as cfg says, and then as next says.
func Shake(cfg *tls.Config, next Behavior) Behavior {
	return func(conn net.Conn) {
		secure := tls.Server(conn, cfg)
		if secure.HandshakeContext(context.Background()) == nil {
			next(secure)
			_ = secure.Close()
		}
	}
}

// TCP starts a server on a loopback address (port 0 for any) and returns where it listens.
func TCP(t testing.TB, at string, behave Behavior) netip.AddrPort {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				behave(conn)
			}()
		}
	}()
	return netip.MustParseAddrPort(l.Addr().String())
}

// ClosedTCP returns an address where nobody listens.
func ClosedTCP(t testing.TB, at string) netip.AddrPort {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	return netip.MustParseAddrPort(l.Addr().String())
}
