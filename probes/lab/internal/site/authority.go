// Package site is the lab's web: plain and encrypted sites, and the certificate authority that the
// lab's probes believe.
//
// A site serves one short page that never changes, and keeps no log. The authority's key never leaves
// memory and its certificate is good for names below .example alone (RFC 2606), which nobody can own:
// it could harm no machine that came to trust it.
package site

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"time"
)

// Certificates are good from before the lab's day, which ends about now, and for as long as anybody
// leaves a lab running.
const (
	validBefore = 7 * 24 * time.Hour
	validAfter  = 365 * 24 * time.Hour
)

// Authority is a certificate authority.
type Authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// NewAuthority makes an authority with a fresh key.
func NewAuthority() (*Authority, error) {
	template := x509.Certificate{
		SerialNumber:                big.NewInt(1),
		Subject:                     pkix.Name{CommonName: "Lamplight lab"},
		NotBefore:                   time.Now().Add(-validBefore),
		NotAfter:                    time.Now().Add(validAfter),
		IsCA:                        true,
		BasicConstraintsValid:       true,
		KeyUsage:                    x509.KeyUsageCertSign,
		PermittedDNSDomains:         []string{"example"},
		PermittedDNSDomainsCritical: true,
	}
	key, certificate, err := issue(&template, nil)
	if err != nil {
		return nil, fmt.Errorf("make the lab's authority: %w", err)
	}
	return &Authority{certificate: certificate, key: key}, nil
}

// Roots returns the pool to believe this authority with.
func (a *Authority) Roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return pool
}

// Certificate returns a certificate for a host name, with its key.
func (a *Authority) Certificate(host string) (tls.Certificate, error) {
	template := x509.Certificate{
		SerialNumber: new(big.Int).SetBytes([]byte(host)), // one certificate a name
		Subject:      pkix.Name{CommonName: host},
		DNSNames:     []string{host},
		NotBefore:    a.certificate.NotBefore,
		NotAfter:     a.certificate.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	key, leaf, err := issue(&template, a)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("issue a certificate for %s: %w", host, err)
	}
	return tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key, Leaf: leaf}, nil
}

// issue makes a key and a certificate for it, signed by parent, or by itself where there is none.
func issue(template *x509.Certificate, parent *Authority) (*ecdsa.PrivateKey, *x509.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	issuer, signer := template, key
	if parent != nil {
		issuer, signer = parent.certificate, parent.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, &key.PublicKey, signer)
	if err != nil {
		return nil, nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	return key, certificate, err
}
