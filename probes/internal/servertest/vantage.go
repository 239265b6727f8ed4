package servertest

import (
	"context"
	"crypto/x509"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/guard"
)

// Vantage looks from 127.20.9.9 at servers in 127.20.0.0/16 and nowhere else, asks resolver, and is
// patient: a test of a server that says nothing shortens the timeout it is about.
func Vantage(t testing.TB, resolver netip.AddrPort, roots *x509.CertPool) *check.Vantage {
	t.Helper()
	g, err := guard.ForLab(netip.MustParsePrefix("127.20.0.0/16"), netip.MustParseAddr("127.20.9.9"))
	if err != nil {
		t.Fatal(err)
	}
	system := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return g.Dial(ctx, "udp", resolver)
	}}
	return &check.Vantage{
		Guard: g, System: system, Roots: roots, Clock: clock.System{},
		Timeouts: check.Timeouts{
			Anchor: time.Minute, DNS: time.Minute, Connect: time.Minute, TLS: time.Minute, QUIC: time.Minute, HTTP: time.Minute, Conflict: 10 * time.Millisecond,
		},
	}
}
