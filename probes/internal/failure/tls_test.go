package failure_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// TestAlert shakes hands with servers that answer each alert there is.
func TestAlert(t *testing.T) {
	for number := range 256 {
		err := handshake(t, enough, servertest.Alert(uint8(number)), nil)
		want := uint8(number) // close_notify, zero, is an end and no alert
		if got := failure.Alert(err); got != want {
			t.Errorf("alert %d: got %d of %v", number, got, err)
		}
		if word := failure.Of(failure.Handshake, err); number > 0 && word != measurement.FailureTLSFailedHandshake || number == 0 && word != measurement.FailureEOF {
			t.Errorf("alert %d: %q of %v", number, word, err)
		}
	}
}

func TestNoAlert(t *testing.T) {
	own := handshake(t, enough, servertest.Shake(servertest.NewAuthority(t).Certificate("good.example", time.Hour), servertest.HangUp), x509.NewCertPool())
	for name, err := range map[string]error{
		"none": nil, "our own": own, "a reset": handshake(t, enough, servertest.ThenReset, nil),
		"nothing in it": &net.OpError{Op: "remote error"}, "of text": &net.OpError{Op: "remote error", Err: errors.New("7")},
	} {
		if got := failure.Alert(err); got != 0 {
			t.Errorf("%s: got %d of %v", name, got, err)
		}
	}
}

func TestFault(t *testing.T) {
	ca := servertest.NewAuthority(t)
	leaf := func(cfg *tls.Config) *x509.Certificate { return cfg.Certificates[0].Leaf }
	selfSigned := servertest.SelfSigned(t, "good.example")
	broken := ca.Certificate("good.example", time.Hour)
	broken.Certificates[0].Certificate = [][]byte{[]byte("not a certificate")}
	for _, test := range []struct {
		name string
		cfg  *tls.Config
		want measurement.CertificateFault
	}{
		{"good", ca.Certificate("good.example", time.Hour), ""},
		{"expired", ca.Certificate("good.example", -time.Hour), measurement.CertificateExpired},
		{"early", ca.Early("good.example"), measurement.CertificateNotYetValid},
		{"wrong host", ca.Certificate("other.example", time.Hour), measurement.CertificateWrongHost},
		{"self-signed", selfSigned, measurement.CertificateSelfSigned},
		{"unknown authority", servertest.NewAuthority(t).Certificate("good.example", time.Hour), measurement.CertificateUnknownRoot},
	} {
		_, err := leaf(test.cfg).Verify(x509.VerifyOptions{DNSName: "good.example", Roots: ca.Pool()})
		if got := failure.Fault(err, leaf(test.cfg)); got != test.want {
			t.Errorf("%s: got %q, want %q, of %v", test.name, got, test.want, err)
		}
	}
	unreadable := handshake(t, enough, servertest.Shake(broken, servertest.HangUp), ca.Pool())
	if got := failure.Fault(unreadable, nil); got != measurement.CertificateMalformed {
		t.Errorf("malformed: got %q of %v", got, unreadable)
	}
	if got := failure.Of(failure.Handshake, unreadable); got != measurement.FailureTLSInvalidCert {
		t.Errorf("malformed: got %q of %v", got, unreadable)
	}
	if got := failure.Fault(errors.New("novel"), leaf(selfSigned)); got != measurement.CertificateOther {
		t.Errorf("novel: got %q", got)
	}
	if got := failure.Fault(errors.New("novel"), nil); got != "" {
		t.Errorf("no certificate: got %q", got)
	}
}

// FuzzAnswer lets a server answer a hello with anything: whatever comes has a word, and an alert that is told
// is the one that was sent.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte{21, 3, 3, 0, 2, 2, 40})
	f.Add([]byte{21, 3, 3, 0, 2, 1, 112})
	f.Add([]byte{21, 3, 3, 0, 2, 1, 0})
	f.Add([]byte{22, 3, 3, 0, 4, 2, 0, 0, 0})
	f.Add([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, said []byte) {
		err := tls.Client(&scripted{said: said}, &tls.Config{ServerName: "good.example"}).HandshakeContext(t.Context())
		if err == nil {
			t.Fatal("nobody can forge a handshake")
		}
		if word := failure.Of(failure.Handshake, err); word == "" || word == measurement.FailureUnknown {
			t.Errorf("%q of %v", word, err)
		}
		_ = failure.Fault(err, nil)
		if alert := failure.Alert(err); alert != 0 && !bytes.Contains(said, []byte{alert}) {
			t.Errorf("alert %d of %x", alert, said)
		}
	})
}

// scripted is a connection whose other side has said all that it will.
type scripted struct {
	net.Conn
	said []byte
}

func (s *scripted) Read(p []byte) (int, error) {
	n := copy(p, s.said)
	s.said = s.said[n:]
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (s *scripted) Write(p []byte) (int, error) { return len(p), nil }
func (s *scripted) Close() error                { return nil }
