package servertest

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"testing"

	"github.com/quic-go/quic-go"
)

// QUIC starts a server of HTTP/3's handshake on a loopback address and returns where it listens. It answers
// nothing else.
func QUIC(t testing.TB, at string, server *tls.Config, version quic.Version) netip.AddrPort {
	t.Helper()
	conn := packets(t, at)
	transport := &quic.Transport{Conn: conn}
	server = server.Clone()
	server.NextProtos = []string{"h3"}
	l, err := transport.Listen(server, &quic.Config{Versions: []quic.Version{version}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close(); transport.Close() })
	go func() {
		for {
			if _, err := l.Accept(context.Background()); err != nil {
				return
			}
		}
	}()
	return netip.MustParseAddrPort(conn.LocalAddr().String())
}

// SilentUDP returns a loopback address where somebody listens and never answers.
func SilentUDP(t testing.TB, at string) netip.AddrPort {
	t.Helper()
	return netip.MustParseAddrPort(packets(t, at).LocalAddr().String())
}

func packets(t testing.TB, at string) net.PacketConn {
	t.Helper()
	conn, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}
