// Package tls shakes hands with a target and says who answered.
//
// The certificate is verified here and not by crypto/tls, so that the key of whoever answered is known
// even when it is not to be believed: the key of an interceptor is evidence. Of a certificate nothing is
// kept but the hash of its key.
package tls

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"net"
	"net/netip"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Handshake speaks TLS over conn to name, and returns the connection unless the record says that it
// failed or that the certificate is not to be believed. Closing conn stays with the caller.
func Handshake(ctx context.Context, v *check.Vantage, look check.Look, conn net.Conn, target, name string) (*tls.Conn, measurement.Record) {
	r := look.Record(v, measurement.KindTLS, target)
	r.TLS = &measurement.TLS{Address: remote(conn), ServerName: name}
	ctx, cancel := context.WithTimeout(ctx, v.Timeouts.TLS)
	defer cancel()
	var leaf *x509.Certificate
	client := tls.Client(conn, &tls.Config{
		ServerName: name,
		NextProtos: []string{"http/1.1"},
		// verify decides below, once the key has been noted.
		InsecureSkipVerify: true, //nolint:gosec // see above
		VerifyPeerCertificate: func(raw [][]byte, _ [][]*x509.Certificate) error {
			var err error
			leaf, err = x509.ParseCertificate(raw[0])
			return err
		},
	})
	start := time.Now()
	err := client.HandshakeContext(ctx)
	r.DurationMS = check.Since(start)
	if leaf != nil {
		sum := sha256.Sum256(leaf.RawSubjectPublicKeyInfo)
		r.TLS.KeySHA256 = hex.EncodeToString(sum[:])
	}
	if err == nil {
		state := client.ConnectionState()
		r.TLS.Version = version(state.Version)
		err = verify(state.PeerCertificates, name, v.Roots)
	}
	if r.Failure = failure.Of(failure.Handshake, err); r.Failure != "" {
		return nil, r
	}
	return client, r
}

func verify(chain []*x509.Certificate, name string, roots *x509.CertPool) error {
	if len(chain) == 0 {
		return errors.New("no certificate")
	}
	intermediates := x509.NewCertPool()
	for _, c := range chain[1:] {
		intermediates.AddCert(c)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{DNSName: name, Roots: roots, Intermediates: intermediates})
	return err
}

func version(v uint16) string {
	switch v {
	case tls.VersionTLS10:
		return "1.0"
	case tls.VersionTLS11:
		return "1.1"
	case tls.VersionTLS12:
		return "1.2"
	case tls.VersionTLS13:
		return "1.3"
	}
	return ""
}

func remote(conn net.Conn) netip.Addr {
	to, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	return to.Addr().Unmap()
}
