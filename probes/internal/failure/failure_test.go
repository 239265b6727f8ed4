package failure_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// TestOf classifies errors that real sockets, servers and certificates made.
func TestOf(t *testing.T) {
	valid := certificate(t, "good.example", time.Hour)
	expired := certificate(t, "good.example", -time.Hour)
	for _, tt := range []struct {
		name string
		step failure.Step
		err  error
		want measurement.Failure
	}{
		{"no error", failure.Connect, nil, ""},
		{"closed port", failure.Connect, dial(t, closedPort(t)), measurement.FailureConnectionRefused},
		{"guard", failure.Connect, guarded(t), measurement.FailureGuarded},
		{"context deadline", failure.Connect, expiredContext(t), measurement.FailureTimeout},
		{"read deadline", failure.Exchange, read(t, nil), measurement.FailureTimeout},
		{"reset", failure.Exchange, read(t, reset), measurement.FailureConnectionReset},
		{"end of stream", failure.Exchange, read(t, hangUp), measurement.FailureEOF},
		{"no address of the family", failure.Connect, foreignSource(t), measurement.FailureNetworkUnreach},
		{"handshake reset", failure.Handshake, handshake(t, reset, nil), measurement.FailureConnectionReset},
		{"handshake ends", failure.Handshake, handshake(t, say(""), nil), measurement.FailureEOF},
		{"handshake hangs", failure.Handshake, handshake(t, nil, nil), measurement.FailureTimeout},
		{"handshake with plain text", failure.Handshake, handshake(t, say("HTTP/1.1 400 No\r\n\r\n"), nil), measurement.FailureTLSFailedHandshake},
		{"handshake answered by an alert", failure.Handshake, handshake(t, oldTLS(valid), nil), measurement.FailureTLSFailedHandshake},
		{"unknown authority", failure.Handshake, handshake(t, serveTLS(valid), x509.NewCertPool()), measurement.FailureTLSUnknownAuth},
		{"wrong host", failure.Handshake, handshake(t, serveTLS(certificate(t, "other.example", time.Hour)), nil), measurement.FailureTLSInvalidHostname},
		{"expired certificate", failure.Handshake, handshake(t, serveTLS(expired), pool(expired)), measurement.FailureTLSInvalidCert},
		{"no system roots", failure.Handshake, fmt.Errorf("verify: %w", x509.SystemRootsError{Err: os.ErrNotExist}), measurement.FailureUnknown},
		{"not HTTP", failure.Exchange, get(t, say("SSH-2.0-OpenSSH_9.9\r\n\r\n")), measurement.FailureHTTPMalformed},
		{"HTTP ends before its answer", failure.Exchange, get(t, say("")), measurement.FailureEOF},
		{"HTTP ends in its body", failure.Exchange, get(t, say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab")), measurement.FailureEOF},
		{"HTTP reset", failure.Exchange, get(t, reset), measurement.FailureConnectionReset},
		{"HTTP hangs", failure.Exchange, get(t, nil), measurement.FailureTimeout},
		{"a step that failed as nobody foresaw", failure.Connect, errors.New("from 192.168.1.7:5000"), measurement.FailureUnknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := failure.Of(tt.step, tt.err); got != tt.want {
				t.Errorf("got %q, want %q, of %v", got, tt.want, tt.err)
			}
		})
	}
}

// TestErrnos covers the system errors that loopback does not produce.
func TestErrnos(t *testing.T) {
	for errno, want := range map[syscall.Errno]measurement.Failure{
		syscall.ECONNABORTED: measurement.FailureConnectionAborted,
		syscall.EHOSTUNREACH: measurement.FailureHostUnreachable,
		syscall.ENETUNREACH:  measurement.FailureNetworkUnreach,
		syscall.ENETDOWN:     measurement.FailureNetworkDown,
		syscall.EPERM:        measurement.FailurePermissionDenied,
		syscall.EPIPE:        measurement.FailureConnectionReset,
		syscall.ETIMEDOUT:    measurement.FailureTimeout,
		syscall.EMFILE:       measurement.FailureUnknown,
	} {
		err := &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", errno)}
		if got := failure.Of(failure.Connect, err); got != want {
			t.Errorf("%v: got %q, want %q", errno, got, want)
		}
	}
}

func dial(t *testing.T, address string) error {
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err == nil {
		conn.Close()
	}
	return err
}

func closedPort(t *testing.T) string {
	l := listen(t)
	l.Close()
	return l.Addr().String()
}

func guarded(t *testing.T) error {
	_, err := guard.New().Dial(t.Context(), "tcp", netip.MustParseAddrPort("127.0.0.1:80"))
	return err
}

func expiredContext(t *testing.T) error {
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	_, err := (&net.Dialer{}).DialContext(ctx, "tcp", listen(t).Addr().String())
	return err
}

// foreignSource dials from an address that the machine does not have.
func foreignSource(t *testing.T) error {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1)}}
	_, err := d.DialContext(t.Context(), "tcp", listen(t).Addr().String())
	return err
}

func read(t *testing.T, behave func(net.Conn)) error {
	conn := connect(t, behave)
	_, err := conn.Read(make([]byte, 1))
	return err
}

func handshake(t *testing.T, behave func(net.Conn), roots *x509.CertPool) error {
	client := tls.Client(connect(t, behave), &tls.Config{ServerName: "good.example", RootCAs: roots})
	return client.HandshakeContext(t.Context())
}

func get(t *testing.T, behave func(net.Conn)) error {
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return connect(t, behave), nil
	}}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://good.example/", nil)
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.ReadAll(response.Body)
	return err
}
