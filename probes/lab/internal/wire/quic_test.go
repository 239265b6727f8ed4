package wire

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/quic-go/quic-go"
)

// said returns the first datagrams of a client that asks for a name.
func said(t testing.TB, name string, version quic.Version) [][]byte {
	t.Helper()
	silent, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	go func() {
		config := &tls.Config{ServerName: name, NextProtos: []string{"h3"}}
		_, _ = quic.DialAddr(ctx, silent.LocalAddr().String(), config, &quic.Config{Versions: []quic.Version{version}})
	}()
	var out [][]byte
	var hello Hello
	for hello.ServerName() == "" { // what the client says again is taken too, until the test's own time is over
		b := make([]byte, 2000)
		n, _, err := silent.ReadFrom(b)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b[:n])
		hello.Add(packet(b[:n]).Initial())
		if len(out) > 20 {
			break
		}
	}
	return out
}

func packet(datagram []byte) *Packet {
	return &Packet{UDP: true, To: netip.MustParseAddrPort("192.0.2.1:443"), Payload: datagram}
}

func TestHelloOfQUIC(t *testing.T) {
	for name, version := range map[string]quic.Version{"news.example": quic.Version1, "www.news.example": quic.Version2} {
		datagrams := said(t, name, version)
		var hello Hello
		for _, d := range datagrams {
			hello.Add(packet(d).Initial())
		}
		if got := hello.ServerName(); got != name {
			t.Errorf("version %v: name %q of %d datagrams, want %q", version, got, len(datagrams), name)
		}
		changed := append([]byte(nil), datagrams[0]...)
		changed[len(changed)-1] ^= 1
		if packet(changed).Initial() != nil {
			t.Error("a packet that was changed on the way is read")
		}
		tcp := packet(datagrams[0])
		if tcp.UDP = false; tcp.Initial() != nil {
			t.Error("QUIC was read in TCP")
		}
	}
}

func FuzzInitial(f *testing.F) {
	f.Add([]byte{0xc0, 0, 0, 0, 1, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0x40, 20})
	for _, d := range said(f, "news.example", quic.Version1) {
		f.Add(d)
	}
	f.Fuzz(func(_ *testing.T, datagram []byte) {
		var hello Hello
		hello.Add(packet(datagram).Initial())
		hello.ServerName()
	})
}

// FuzzFrames holds that what a packet says when it is open cannot break the one who reads along.
func FuzzFrames(f *testing.F) {
	f.Add([]byte{0, 1, 6, 0, 3, 1, 2, 3})
	f.Add([]byte{6, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2})
	f.Fuzz(func(_ *testing.T, plain []byte) {
		var hello Hello
		hello.Add(cryptoFrames(plain))
		hello.ServerName()
	})
}
