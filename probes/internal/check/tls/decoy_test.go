package tls_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	lamptls "github.com/lamplight-net/lamplight/probes/internal/check/tls"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// A censor that reads the name lets the decoy through; one that blocks the address does not.
func TestCompare(t *testing.T) {
	ca := servertest.NewAuthority(t)
	site := ca.Certificate(name, time.Hour)
	honest := servertest.Shake(site, servertest.HangUp)
	garbled := ca.Certificate(name, time.Hour)
	garbled.Certificates[0].Certificate = [][]byte{[]byte("not a certificate")}
	stranger := servertest.Shake(servertest.SelfSigned(t, "router.example"), servertest.HangUp)
	for _, test := range []struct {
		name  string
		serve servertest.Behavior
		first measurement.Failure
		decoy measurement.Failure
		want  measurement.TLS
	}{
		{"reset by name", servertest.Blocked(name, servertest.ThenReset, honest), measurement.FailureConnectionReset, "",
			measurement.TLS{Version: "1.3", Certificate: measurement.CertificateWrongHost, KeySHA256: servertest.KeyHash(site)}},
		{"reset by address", servertest.ThenReset, measurement.FailureConnectionReset, measurement.FailureConnectionReset, measurement.TLS{}},
		{"silence by name", servertest.Blocked(name, servertest.Silence, honest), measurement.FailureTimeout, "",
			measurement.TLS{Version: "1.3", Certificate: measurement.CertificateWrongHost, KeySHA256: servertest.KeyHash(site)}},
		{"silence by address", servertest.Silence, measurement.FailureTimeout, measurement.FailureTimeout, measurement.TLS{}},
		{"an end by name", servertest.Blocked(name, servertest.Say(""), honest), measurement.FailureEOF, "",
			measurement.TLS{Version: "1.3", Certificate: measurement.CertificateWrongHost, KeySHA256: servertest.KeyHash(site)}},
		{"an alert by name", servertest.Blocked(name, servertest.Alert(40), honest), measurement.FailureTLSFailedHandshake, "",
			measurement.TLS{Version: "1.3", Certificate: measurement.CertificateWrongHost, KeySHA256: servertest.KeyHash(site)}},
		{"any certificate proves the address", servertest.Blocked(name, servertest.ThenReset, stranger), measurement.FailureConnectionReset, "",
			measurement.TLS{Version: "1.3", Certificate: measurement.CertificateWrongHost}},
		{"one that cannot be read too", servertest.Blocked(name, servertest.ThenReset, servertest.Shake(garbled, servertest.HangUp)), measurement.FailureConnectionReset, "",
			measurement.TLS{Certificate: measurement.CertificateMalformed}},
		{"an alert is kept of the decoy too", servertest.Blocked(name, servertest.ThenReset, servertest.Alert(112)), measurement.FailureConnectionReset,
			measurement.FailureTLSFailedHandshake, measurement.TLS{Alert: 112}},
		{"a forger by name", servertest.Blocked(name, stranger, honest), measurement.FailureTLSInvalidHostname, "",
			measurement.TLS{Version: "1.3", Certificate: measurement.CertificateWrongHost, KeySHA256: servertest.KeyHash(site)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := servertest.Vantage(t, netip.AddrPort{}, ca.Pool())
			v.Decoy = check.DefaultDecoy
			if test.first == measurement.FailureTimeout {
				v.Timeouts.TLS = 300 * time.Millisecond
			}
			server := servertest.TCP(t, "127.20.0.1:0", test.serve)
			_, first := lamptls.Handshake(t.Context(), v, look, connect(t, v, server), target, name)
			if first.Failure != test.first || first.TLS.Decoy {
				t.Errorf("under its own name: failure %q, want %q", first.Failure, test.first)
			}
			if doubtful := lamptls.Doubtful(first); doubtful != (first.Failure != measurement.FailureTLSInvalidHostname) {
				t.Errorf("doubtful is %v", doubtful)
			}
			r, ok := lamptls.Compare(t.Context(), v, look, server, target, name)
			if !ok || r.Failure != test.decoy || r.Target != target {
				t.Errorf("as decoy: failure %q, want %q (%v)", r.Failure, test.decoy, ok)
			}
			test.want.Address, test.want.ServerName, test.want.Decoy = netip.MustParseAddr("127.20.0.1"), check.DefaultDecoy, true
			if diff := cmp.Diff(&test.want, r.TLS, compareAddresses); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if err := r.Validate(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCompareWithNobody(t *testing.T) {
	v := servertest.Vantage(t, netip.AddrPort{}, nil)
	v.Decoy = check.DefaultDecoy
	closed := servertest.ClosedTCP(t, "127.20.0.2:0")
	r, ok := lamptls.Compare(t.Context(), v, look, closed, target, name)
	if !ok || r.Failure != measurement.FailureConnectionRefused || !r.TLS.Decoy {
		t.Errorf("got %+v, %v", r, ok)
	}
	if err := r.Validate(); err != nil {
		t.Error(err)
	}
}

func TestNoComparison(t *testing.T) {
	server := servertest.TCP(t, "127.20.0.1:0", servertest.Silence)
	for _, test := range []struct{ why, decoy, name string }{
		{"no decoy", "", name}, {"the target is the decoy", check.DefaultDecoy, "WWW.example.org"},
		{"an address has no name to send", check.DefaultDecoy, "127.20.0.1"},
	} {
		v := servertest.Vantage(t, netip.AddrPort{}, nil)
		v.Decoy = test.decoy
		if r, ok := lamptls.Compare(t.Context(), v, look, server, target, test.name); ok {
			t.Errorf("%s: %+v", test.why, r)
		}
	}
}
