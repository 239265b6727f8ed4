package failure

import (
	"bytes"
	"crypto/x509"
	"errors"
	"net"
	"reflect"
	"strings"
	"time"

	"github.com/quic-go/quic-go"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Alert returns the number of the TLS alert that the other side ended a handshake with, over TCP or QUIC; zero if it
// did not. An alert of our own says nothing about the network.
func Alert(err error) uint8 {
	if ended, ok := errors.AsType[*quic.TransportError](err); ok {
		if !ended.Remote || !ended.ErrorCode.IsCryptoError() {
			return 0
		}
		return uint8(ended.ErrorCode) // CRYPTO_ERROR is 0x100 and the alert (RFC 9000, section 20.1)
	}
	remote, ok := errors.AsType[*net.OpError](err)
	if !ok || remote.Op != "remote error" || remote.Err == nil {
		return 0
	}
	// The type has no name outside crypto/tls; a test holds that it is still a number.
	number := reflect.ValueOf(remote.Err)
	if number.Kind() != reflect.Uint8 {
		return 0
	}
	return uint8(number.Uint())
}

// Fault returns what is wrong with the certificate that err is about; none for an error that is about
// something else. leaf is the certificate of the server, nil where none could be read.
func Fault(err error, leaf *x509.Certificate) measurement.CertificateFault {
	if err == nil {
		return ""
	}
	switch about := ofX509(err).(type) {
	case x509.HostnameError:
		return measurement.CertificateWrongHost
	case x509.UnknownAuthorityError:
		if leaf != nil && bytes.Equal(leaf.RawIssuer, leaf.RawSubject) {
			return measurement.CertificateSelfSigned
		}
		return measurement.CertificateUnknownRoot
	case x509.CertificateInvalidError:
		switch {
		case about.Reason != x509.Expired:
			return measurement.CertificateOther
		case about.Cert != nil && time.Now().Before(about.Cert.NotBefore):
			return measurement.CertificateNotYetValid
		}
		return measurement.CertificateExpired
	}
	if unreadable(err) {
		return measurement.CertificateMalformed
	}
	if leaf != nil {
		return measurement.CertificateOther
	}
	return ""
}

// unreadable reports whether crypto/tls could not parse a certificate, which it says in its text alone.
func unreadable(err error) bool {
	return strings.HasPrefix(err.Error(), "tls: failed to parse certificate from server")
}
