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
	"net/http/httptrace"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const anyPort = "127.0.0.1:0"

// TestOf classifies errors that real sockets, servers and certificates made.
func TestOf(t *testing.T) {
	ca := servertest.NewAuthority(t)
	valid := ca.Certificate("good.example", time.Hour)
	old := valid.Clone()
	old.MinVersion, old.MaxVersion = tls.VersionTLS10, tls.VersionTLS10
	serve := func(cfg *tls.Config) servertest.Behavior { return servertest.Shake(cfg, servertest.HangUp) }
	other := serve(ca.Certificate("other.example", time.Hour))
	expired := serve(ca.Certificate("good.example", -time.Hour))
	short := "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"
	for _, tt := range []struct {
		name string
		step failure.Step
		err  error
		want measurement.Failure
	}{
		{"no error", failure.Connect, nil, ""},
		{"closed port", failure.Connect, dial(t, net.Dialer{}, servertest.ClosedTCP(t, anyPort)), measurement.FailureConnectionRefused},
		{"guard", failure.Connect, guarded(t), measurement.FailureGuarded},
		{"context deadline", failure.Connect, expiredContext(t), measurement.FailureTimeout},
		{"read deadline", failure.Exchange, read(t, soon, servertest.Silence), measurement.FailureTimeout},
		{"end of stream", failure.Exchange, read(t, enough, servertest.HangUp), measurement.FailureEOF},
		{"no address of the family", failure.Connect, foreignSource(t), measurement.FailureNetworkUnreach},
		{"handshake reset", failure.Handshake, handshake(t, enough, servertest.ThenReset, nil), measurement.FailureConnectionReset},
		{"handshake ends", failure.Handshake, handshake(t, enough, servertest.Say(""), nil), measurement.FailureEOF},
		{"handshake hangs", failure.Handshake, handshake(t, soon, servertest.Silence, nil), measurement.FailureTimeout},
		{"handshake with plain text", failure.Handshake, handshake(t, enough, servertest.Say("HTTP/1.1 400 No\r\n\r\n"), nil), measurement.FailureTLSFailedHandshake},
		{"handshake answered by an alert", failure.Handshake, handshake(t, enough, serve(old), nil), measurement.FailureTLSFailedHandshake},
		{"unknown authority", failure.Handshake, handshake(t, enough, serve(valid), x509.NewCertPool()), measurement.FailureTLSUnknownAuth},
		{"wrong host", failure.Handshake, handshake(t, enough, other, ca.Pool()), measurement.FailureTLSInvalidHostname},
		{"expired certificate", failure.Handshake, handshake(t, enough, expired, ca.Pool()), measurement.FailureTLSInvalidCert},
		{"no system roots", failure.Handshake, fmt.Errorf("verify: %w", x509.SystemRootsError{Err: os.ErrNotExist}), measurement.FailureUnknown},
		{"not HTTP", failure.Exchange, get(t, enough, servertest.Say("SSH-2.0-OpenSSH_9.9\r\n\r\n")), measurement.FailureHTTPMalformed},
		{"HTTP ends before its answer", failure.Exchange, get(t, enough, servertest.Say("")), measurement.FailureEOF},
		{"HTTP ends before it is asked", failure.Exchange, late(t), measurement.FailureEOF},
		{"HTTP ends in its body", failure.Exchange, get(t, enough, servertest.Say(short)), measurement.FailureEOF},
		{"HTTP reset", failure.Exchange, get(t, enough, servertest.ThenReset), measurement.FailureConnectionReset},
		{"HTTP hangs", failure.Exchange, get(t, soon, servertest.Silence), measurement.FailureTimeout},
		{"what nobody foresaw", failure.Connect, errors.New("from 192.168.1.7:5000"), measurement.FailureUnknown},
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
		syscall.ENOBUFS:      measurement.FailureUnknown,
	} {
		err := &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", errno)}
		for step := range failure.Exchange {
			if got := failure.Of(step, err); got != want {
				t.Errorf("%v at step %d: got %q, want %q", errno, step, got, want)
			}
		}
		// net.Resolver keeps the text alone.
		if got := failure.Of(failure.Resolve, &net.DNSError{Err: err.Error()}); got != want {
			t.Errorf("%v of a resolver: got %q, want %q", errno, got, want)
		}
	}
}

// TestFallback gives every step an error that nobody knows.
func TestFallback(t *testing.T) {
	for step, want := range map[failure.Step]measurement.Failure{
		failure.Resolve:   measurement.FailureDNSServfail,
		failure.Connect:   measurement.FailureUnknown,
		failure.Handshake: measurement.FailureTLSFailedHandshake,
		failure.Exchange:  measurement.FailureHTTPMalformed,
	} {
		if got := failure.Of(step, errors.New("novel")); got != want {
			t.Errorf("step %d: got %q, want %q", step, got, want)
		}
	}
}

func dial(t *testing.T, d net.Dialer, to netip.AddrPort) error {
	conn, err := d.DialContext(t.Context(), "tcp", to.String())
	if err == nil {
		conn.Close()
	}
	return err
}

func guarded(t *testing.T) error {
	_, err := guard.New().Dial(t.Context(), "tcp", netip.MustParseAddrPort("127.0.0.1:80"))
	return err
}

func expiredContext(t *testing.T) error {
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	_, err := (&net.Dialer{}).DialContext(ctx, "tcp", servertest.TCP(t, anyPort, servertest.Silence).String())
	return err
}

// foreignSource dials from an address that the machine does not have.
func foreignSource(t *testing.T) error {
	source := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1)}}
	return dial(t, source, servertest.TCP(t, anyPort, servertest.Silence))
}

// How long to wait for a server: one that says nothing is given up soon, any other answers in time.
const (
	soon   = 30 * time.Millisecond
	enough = time.Minute
)

func connect(t *testing.T, behave servertest.Behavior) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", servertest.TCP(t, anyPort, behave).String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func read(t *testing.T, patience time.Duration, behave servertest.Behavior) error {
	conn := connect(t, behave)
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	_, err := conn.Read(make([]byte, 1))
	return err
}

func handshake(t *testing.T, patience time.Duration, behave servertest.Behavior, roots *x509.CertPool) error {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	return tls.Client(connect(t, behave), &tls.Config{ServerName: "good.example", RootCAs: roots}).HandshakeContext(ctx)
}

// late asks over a connection that the server has closed already.
func late(t *testing.T) error {
	conn := &watched{Conn: connect(t, servertest.HangUp), closed: make(chan struct{})}
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return conn, nil }}
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { <-conn.closed }})
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://good.example/", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := transport.RoundTrip(request)
	if err == nil {
		response.Body.Close()
	}
	return err
}

// watched tells when the transport has given a connection up.
type watched struct {
	net.Conn
	closed chan struct{}
	once   sync.Once
}

func (w *watched) Close() error {
	w.once.Do(func() { close(w.closed) })
	return w.Conn.Close()
}

func get(t *testing.T, patience time.Duration, behave servertest.Behavior) error {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	conn := connect(t, behave)
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return conn, nil }}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://good.example/", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.ReadAll(response.Body)
	return err
}
