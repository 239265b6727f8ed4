package meter_test

import (
	"io"
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/meter"
)

func TestCounts(t *testing.T) {
	now := time.Date(2026, 3, 1, 23, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	for name, test := range map[string]struct {
		network string
		size    int
		want    meter.Day
	}{
		"a small request":  {"tcp", 100, meter.Day{Date: "2026-03-01", Sent: 156 + 152, Received: 156 + 152}},
		"three packets":    {"tcp", 2801, meter.Day{Date: "2026-03-01", Sent: 156 + 2957, Received: 156 + 2957}},
		"a question":       {"udp", 40, meter.Day{Date: "2026-03-01", Sent: 68, Received: 68}},
		"an empty message": {"udp", 0, meter.Day{Date: "2026-03-01", Sent: 28, Received: 28}},
	} {
		t.Run(name, func(t *testing.T) {
			m := meter.New(clock)
			conn := m.Conn(dialEcho(t, test.network))
			if _, packets := conn.(net.PacketConn); packets != (test.network == "udp") {
				t.Errorf("datagrams: %t", packets)
			}
			if _, err := conn.Write(make([]byte, test.size)); err != nil {
				t.Fatal(err)
			}
			if test.network == "udp" {
				if _, err := conn.Read(make([]byte, 4096)); err != nil {
					t.Fatal(err)
				}
			} else if _, err := io.ReadFull(conn, make([]byte, test.size)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, m.Today()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDays(t *testing.T) {
	now := time.Date(2026, 3, 1, 23, 0, 0, 0, time.UTC)
	m := meter.New(func() time.Time { return now })
	m.Resume(meter.Day{Date: "2026-03-01", Sent: 10, Received: 20})
	m.Resume(meter.Day{Date: "2026-02-28", Sent: 1000})
	if got := m.Today().Bytes(); got != 30 {
		t.Errorf("after a restart %d bytes, want 30", got)
	}
	now = now.Add(time.Hour)
	if got := (meter.Day{Date: "2026-03-02"}); m.Today() != got {
		t.Errorf("the next day begins with %+v", m.Today())
	}
	var none *meter.Meter
	if conn := dialEcho(t, "tcp"); none.Conn(conn) != conn {
		t.Error("no meter changes a connection")
	}
}

// dialEcho connects to a server that sends back what it gets. Reads of a stream come in one piece of at most a
// segment, as this server writes them.
func dialEcho(t *testing.T, network string) net.Conn {
	t.Helper()
	if network == "udp" {
		server, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { server.Close() })
		go func() {
			buffer := make([]byte, 4096)
			if n, from, err := server.ReadFrom(buffer); err == nil {
				_, _ = server.WriteTo(buffer[:n], from)
			}
		}()
		return dial(t, network, server.LocalAddr().String())
	}
	server, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	go func() {
		conn, err := server.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = io.Copy(conn, conn)
	}()
	return dial(t, network, server.Addr().String())
}

func dial(t *testing.T, network, address string) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}
