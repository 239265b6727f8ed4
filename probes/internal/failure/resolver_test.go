package failure_test

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// TestResolver asks net.Resolver, which hides a good deal, against a real DNS server.
func TestResolver(t *testing.T) {
	for _, tt := range []struct {
		name     string
		answer   dns.HandlerFunc
		patience time.Duration
		want     measurement.Failure
	}{
		{"NXDOMAIN", servertest.Rcode(dns.RcodeNameError), time.Minute, measurement.FailureDNSNXDOMAIN},
		{"SERVFAIL", servertest.Rcode(dns.RcodeServerFailure), time.Minute, measurement.FailureDNSServfail},
		{"REFUSED", servertest.Rcode(dns.RcodeRefused), time.Minute, measurement.FailureDNSServfail},
		{"silence", func(dns.ResponseWriter, *dns.Msg) {}, 20 * time.Millisecond, measurement.FailureTimeout},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := servertest.DNS(t, anyPort, tt.answer)
			if got := failure.Of(failure.Resolve, lookup(t, server, tt.patience)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		if got := failure.Of(failure.Resolve, lookup(t, servertest.ClosedUDP(t, anyPort), time.Minute)); got != measurement.FailureConnectionRefused {
			t.Errorf("got %q", got)
		}
	})
}

func TestOfRcode(t *testing.T) {
	for rcode, want := range map[int]measurement.Failure{
		dns.RcodeSuccess:       "",
		dns.RcodeNameError:     measurement.FailureDNSNXDOMAIN,
		dns.RcodeServerFailure: measurement.FailureDNSServfailCode,
		dns.RcodeRefused:       measurement.FailureDNSRefused,
		dns.RcodeFormatError:   measurement.FailureDNSServfail,
		4095:                   measurement.FailureDNSServfail,
	} {
		if got := failure.OfRcode(rcode); got != want {
			t.Errorf("rcode %d: got %q, want %q", rcode, got, want)
		}
	}
}

func lookup(t *testing.T, server netip.AddrPort, patience time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", server.String())
	}}
	_, err := resolver.LookupNetIP(ctx, "ip4", "nobody.example.")
	if err == nil {
		t.Fatal("the lookup did not fail")
	}
	return err
}
