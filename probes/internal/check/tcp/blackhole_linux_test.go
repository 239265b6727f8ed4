package tcp_test

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/check/tcp"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// An address that swallows everything neither holds up the one that answers nor is left out of the records.
func TestBlackhole(t *testing.T) {
	hole := servertest.Blackhole(t, netip.MustParseAddrPort("127.20.0.6:0"))
	open := servertest.TCP(t, "127.20.0.1:0", servertest.Silence)
	v := servertest.Vantage(t, netip.AddrPort{}, nil)
	ctx, giveUp := context.WithCancel(t.Context())
	conn, attempts, failed := tcp.Connect(ctx, v, look, target, []netip.AddrPort{hole, open})
	if used := remote(conn); used != "127.20.0.1" || failed != "" {
		t.Errorf("uses %q, failure %q", used, failed)
	}
	giveUp()
	if diff := cmp.Diff("127.20.0.6:unknown_failure 127.20.0.1", seen(attempts())); diff != "" {
		t.Errorf("of what was given up (-want +got):\n%s", diff)
	}

	v.Timeouts.Connect = 300 * time.Millisecond
	_, attempts, failed = tcp.Connect(t.Context(), v, look, target, []netip.AddrPort{hole})
	if failed != measurement.FailureTimeout {
		t.Errorf("failure %q", failed)
	}
	if diff := cmp.Diff("127.20.0.6:generic_timeout_error", seen(attempts())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
