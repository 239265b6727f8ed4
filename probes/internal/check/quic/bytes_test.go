package quic_test

import (
	"net/netip"
	"testing"
	"time"

	quicgo "github.com/quic-go/quic-go"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/check/quic"
	"github.com/lamplight-net/lamplight/probes/internal/meter"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
)

// TestBytes says what a handshake costs a volunteer, and holds it below what a page costs.
func TestBytes(t *testing.T) {
	ca := servertest.NewAuthority(t)
	for what, to := range map[string]netip.AddrPort{
		"a handshake": servertest.QUIC(t, "127.20.0.1:0", ca.Certificate(name, time.Hour), quicgo.Version1),
		"silence":     servertest.SilentUDP(t, "127.20.0.1:0"),
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			v := servertest.Vantage(t, netip.AddrPort{}, ca.Pool())
			v.Timeouts.QUIC = check.DefaultTimeouts().QUIC
			count := meter.New(time.Now)
			v.Guard = v.Guard.Counted(count)
			quic.Handshake(t.Context(), v, check.Look{}, to, target, name)
			day := count.Today()
			t.Logf("%s: %d bytes sent, %d received", what, day.Sent, day.Received)
			if day.Sent < 1200 || day.Bytes() > 32<<10 {
				t.Errorf("%d bytes sent, %d received", day.Sent, day.Received)
			}
		})
	}
}
