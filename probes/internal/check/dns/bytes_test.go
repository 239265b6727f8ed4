package dns_test

import (
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// relay stands between a probe and a resolver and counts what passes.
type relay struct {
	sent, received atomic.Int64 // by the probe, in bytes
}

func (r *relay) tcp(t *testing.T, to netip.AddrPort) netip.AddrPort {
	return servertest.TCP(t, "127.20.0.53:0", func(conn net.Conn) {
		server, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", to.String())
		if err != nil {
			return
		}
		defer server.Close()
		go func() {
			_, _ = io.Copy(counted{server, &r.sent}, conn)
			_ = server.(*net.TCPConn).CloseWrite()
		}()
		_, _ = io.Copy(counted{conn, &r.received}, server)
	})
}

// counted counts what is written to a connection.
type counted struct {
	net.Conn
	bytes *atomic.Int64
}

func (c counted) Write(p []byte) (int, error) {
	c.bytes.Add(int64(len(p)))
	return c.Conn.Write(p)
}

// udp relays one datagram and its answer at a time.
func (r *relay) udp(t *testing.T, to netip.AddrPort) netip.AddrPort {
	conn, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.20.0.53:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		buffer := make([]byte, 1<<16)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			r.sent.Add(int64(n))
			server, err := (&net.Dialer{}).DialContext(t.Context(), "udp", to.String())
			if err != nil {
				return
			}
			_, _ = server.Write(buffer[:n])
			n, _ = server.Read(buffer)
			server.Close()
			r.received.Add(int64(n))
			_, _ = conn.WriteTo(buffer[:n], from)
		}
	}()
	return netip.MustParseAddrPort(conn.LocalAddr().String())
}

// TestBytes says what a look costs a volunteer: run it with -v. The limits keep it from growing unseen.
func TestBytes(t *testing.T) {
	authority := servertest.NewAuthority(t)
	cert := authority.Certificate(resolverName, time.Hour)
	old := cert.Clone()
	old.NextProtos = []string{"http/1.1"}
	t.Logf("%-10s %12s %12s %8s %s", "way", "sent, bytes", "received", "sum", "in three questions, without the headers of IP, UDP and TCP")
	for _, tt := range []struct {
		name      string
		transport measurement.Transport
		address   netip.AddrPort
		limit     int64
	}{
		{"udp", "udp", servertest.DNS(t, "127.20.0.53:0", site), 700},
		{"tcp", "tcp", servertest.DNSOver(t, "127.20.0.53:0", nil, site), 700},
		{"dot", "dot", servertest.DNSOver(t, "127.20.0.53:0", cert, site), 4500},
		{"doh, h2", "doh", servertest.HTTPS(t, "127.20.0.53:0", cert, servertest.DoH(site)), 5500},
		{"doh, h1", "doh", servertest.HTTPS(t, "127.20.0.53:0", old, servertest.DoH(site)), 5500},
	} {
		var r relay
		var address netip.AddrPort
		if tt.transport == measurement.TransportUDP {
			address = r.udp(t, tt.address)
		} else {
			address = r.tcp(t, tt.address)
		}
		v := servertest.Vantage(t, address, authority.Pool())
		for _, record := range askOne(t, v, plan.Resolver{Address: address, Transport: tt.transport, Name: resolverName}, "www.site.example") {
			if record.Failure != "" {
				t.Errorf("%s over %s: %s", record.DNS.Query, tt.name, record.Failure)
			}
		}
		sent, received := r.sent.Load(), r.received.Load()
		t.Logf("%-10s %12d %12d %8d", tt.name, sent, received, sent+received)
		if sum := sent + received; sum > tt.limit || sum == 0 {
			t.Errorf("%s: %d bytes, at most %d are meant", tt.name, sum, tt.limit)
		}
	}
}
