package dns

import (
	"errors"
	"io"
	"net"
	"testing"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
)

// TestConnectionsAreCapped takes no more from a resolver than it may send, whatever it is that it sends.
func TestConnectionsAreCapped(t *testing.T) {
	server := servertest.TCP(t, "127.20.0.53:0", func(conn net.Conn) { _, _ = conn.Write(make([]byte, 1<<20)) })
	conn, failed := connect(t.Context(), servertest.Vantage(t, server, nil), plan.Resolver{Address: server})
	if failed != "" {
		t.Fatal(failed)
	}
	defer conn.Close()
	if n, err := io.Copy(io.Discard, conn); n != maxReceived || !errors.Is(err, errTooMuch) {
		t.Errorf("%d bytes, %v", n, err)
	}
}
