package tls_test

import (
	"crypto/tls"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	lamptls "github.com/lamplight-net/lamplight/probes/internal/check/tls"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const name, target = "www.site.example", "www.site.example:443"

var look = check.Look{Number: 7, Class: measurement.ClassForeign}

// machine is an authority that this machine's list holds, and nobody else's.
var machine *servertest.Authority

func TestMain(m *testing.M) {
	os.Exit(servertest.OnMachine(m, func(a *servertest.Authority) { machine = a }))
}

func connect(t *testing.T, v *check.Vantage, to netip.AddrPort) net.Conn {
	t.Helper()
	conn, err := v.Guard.Dial(t.Context(), "tcp", to)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// What each way to answer a hello leaves behind.
func TestHandshake(t *testing.T) {
	ca := servertest.NewAuthority(t)
	serve := func(cfg *tls.Config) servertest.Behavior { return servertest.Shake(cfg, servertest.HangUp) }
	good, other, expired, early := ca.Certificate(name, time.Hour), ca.Certificate("other.example", time.Hour), ca.Certificate(name, -time.Hour), ca.Early(name)
	long := ca.Chained(name, 6)
	garbled := ca.Certificate(name, time.Hour)
	garbled.Certificates[0].Certificate = [][]byte{[]byte("not a certificate")}
	oldest := good.Clone()
	oldest.MinVersion, oldest.MaxVersion = tls.VersionTLS10, tls.VersionTLS10
	older := good.Clone()
	older.MaxVersion = tls.VersionTLS12
	for _, test := range []struct {
		name    string
		serve   servertest.Behavior
		failure measurement.Failure
		want    measurement.TLS
	}{
		{"good", serve(good), "", measurement.TLS{Version: "1.3", KeySHA256: servertest.KeyHash(good)}},
		{"an older version", serve(older), "", measurement.TLS{Version: "1.2", KeySHA256: servertest.KeyHash(good)}},
		{"a version that is too old", serve(oldest), measurement.FailureTLSFailedHandshake, measurement.TLS{Alert: 70}},
		{"wrong host", serve(other), measurement.FailureTLSInvalidHostname,
			measurement.TLS{Version: "1.3", Certificate: measurement.CertificateWrongHost, KeySHA256: servertest.KeyHash(other)}},
		{"expired", serve(expired), measurement.FailureTLSInvalidCert,
			measurement.TLS{Version: "1.3", Certificate: measurement.CertificateExpired, KeySHA256: servertest.KeyHash(expired)}},
		{"early", serve(early), measurement.FailureTLSInvalidCert,
			measurement.TLS{Version: "1.3", Certificate: measurement.CertificateNotYetValid, KeySHA256: servertest.KeyHash(early)}},
		{"six authorities between", serve(long), "", measurement.TLS{Version: "1.3", KeySHA256: servertest.KeyHash(long), ChainSHA256: servertest.ChainHashes(long)[:4]}},
		// The keys of those whom no public authority vouches for may be those of a device at home.
		{"self-signed", serve(servertest.SelfSigned(t, name)), measurement.FailureTLSUnknownAuth,
			measurement.TLS{Version: "1.3", Certificate: measurement.CertificateSelfSigned}},
		{"unknown authority", serve(servertest.NewAuthority(t).Chained(name, 1)), measurement.FailureTLSUnknownAuth,
			measurement.TLS{Version: "1.3", Certificate: measurement.CertificateUnknownRoot}},
		{"wrong host of an unknown authority", serve(servertest.NewAuthority(t).Certificate("other.example", time.Hour)), measurement.FailureTLSInvalidHostname,
			measurement.TLS{Version: "1.3", Certificate: measurement.CertificateWrongHost}},
		{"the machine's own list, where it is not asked", serve(machine.Certificate(name, time.Hour)), measurement.FailureTLSUnknownAuth,
			measurement.TLS{Version: "1.3", Certificate: measurement.CertificateUnknownRoot}},
		{"malformed", serve(garbled), measurement.FailureTLSInvalidCert, measurement.TLS{Certificate: measurement.CertificateMalformed}},
		{"an alert", servertest.Alert(112), measurement.FailureTLSFailedHandshake, measurement.TLS{Alert: 112}},
		{"a page in plain text", servertest.Say("HTTP/1.1 403 Forbidden\r\n\r\n"), measurement.FailureTLSFailedHandshake, measurement.TLS{}},
		{"a reset", servertest.ThenReset, measurement.FailureConnectionReset, measurement.TLS{}},
		{"an end", servertest.Say(""), measurement.FailureEOF, measurement.TLS{}},
		{"silence", servertest.Silence, measurement.FailureTimeout, measurement.TLS{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := servertest.Vantage(t, netip.AddrPort{}, ca.Pool())
			if test.name == "silence" {
				v.Timeouts.TLS = 300 * time.Millisecond
			}
			conn, r := lamptls.Handshake(t.Context(), v, look, connect(t, v, servertest.TCP(t, "127.20.0.1:0", test.serve)), target, name)
			if r.Failure != test.failure || (conn != nil) != (test.failure == "") {
				t.Errorf("failure %q, want %q; connection %v", r.Failure, test.failure, conn != nil)
			}
			test.want.Address, test.want.ServerName = netip.MustParseAddr("127.20.0.1"), name
			if diff := cmp.Diff(&test.want, r.TLS, compareAddresses); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if err := r.Validate(); err != nil {
				t.Error(err)
			}
		})
	}
}

var compareAddresses = cmp.Comparer(func(a, b netip.Addr) bool { return a == b })

// What only the machine's own list vouches for is believed, said to be so, and its key not written down:
// an antivirus program makes one for each machine.
func TestMachinesOwnAuthority(t *testing.T) {
	v := servertest.Vantage(t, netip.AddrPort{}, nil)
	server := machine.Chained(name, 1)
	conn, r := lamptls.Handshake(t.Context(), v, look, connect(t, v, servertest.TCP(t, "127.20.0.1:0", servertest.Shake(server, servertest.HangUp))), target, name)
	if conn == nil || r.Failure != "" {
		t.Errorf("failure %q", r.Failure)
	}
	want := &measurement.TLS{Address: netip.MustParseAddr("127.20.0.1"), ServerName: name, Version: "1.3", Certificate: measurement.CertificateUnknownRoot}
	if diff := cmp.Diff(want, r.TLS, compareAddresses); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for what, server := range map[string]*tls.Config{"of another name": machine.Certificate("other.example", time.Hour), "expired": machine.Certificate(name, -time.Hour)} {
		_, r := lamptls.Handshake(t.Context(), v, look, connect(t, v, servertest.TCP(t, "127.20.0.1:0", servertest.Shake(server, servertest.HangUp))), target, name)
		if r.Failure == "" || r.TLS.KeySHA256 != "" {
			t.Errorf("%s: failure %q, key %q", what, r.Failure, r.TLS.KeySHA256)
		}
	}
}
