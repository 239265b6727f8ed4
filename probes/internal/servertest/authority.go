package servertest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"net"
	"testing"
	"time"
)

// Authority signs certificates for tests.
type Authority struct {
	t    testing.TB
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// NewAuthority makes an authority that nobody but its Pool believes.
func NewAuthority(t testing.TB) *Authority {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(48 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	return &Authority{t: t, cert: sign(t, template, template, key, key), key: key}
}

// Pool holds the authority and no other.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// Certificate returns a server's settings with a certificate for host, a name or an address, that expires
// so long from now.
func (a *Authority) Certificate(host string, validFor time.Duration) *tls.Config {
	a.t.Helper()
	return a.issue(host, time.Now().Add(-47*time.Hour), time.Now().Add(validFor), nil)
}

// Early returns a server's settings with a certificate for host that is not valid yet.
func (a *Authority) Early(host string) *tls.Config {
	a.t.Helper()
	return a.issue(host, time.Now().Add(time.Hour), time.Now().Add(24*time.Hour), nil)
}

// Chained returns a server's settings with a certificate for host that so many authorities stand between.
func (a *Authority) Chained(host string, between int) *tls.Config {
	a.t.Helper()
	signer, sent := a, [][]byte(nil)
	for range between {
		signer = signer.subordinate()
		sent = append([][]byte{signer.cert.Raw}, sent...)
	}
	return signer.issue(host, time.Now().Add(-47*time.Hour), time.Now().Add(time.Hour), sent)
}

// SelfSigned returns a server's settings with a certificate for host that is signed by itself.
func SelfSigned(t testing.TB, host string) *tls.Config {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(3), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	leaf := sign(t, template, template, key, key)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{leaf.Raw}, PrivateKey: key, Leaf: leaf}}}
}

// PEM returns the authority's certificate as files hold it.
func (a *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

func (a *Authority) subordinate() *Authority {
	key := newKey(a.t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(4), Subject: pkix.Name{CommonName: "beneath " + a.cert.Subject.CommonName},
		NotBefore: a.cert.NotBefore, NotAfter: a.cert.NotAfter,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	return &Authority{t: a.t, cert: sign(a.t, template, a.cert, key, a.key), key: key}
}

func (a *Authority) issue(host string, from, until time.Time, sent [][]byte) *tls.Config {
	key := newKey(a.t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), DNSNames: []string{host}, NotBefore: from, NotAfter: until,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(host); ip != nil {
		template.DNSNames, template.IPAddresses = nil, []net.IP{ip}
	}
	leaf := sign(a.t, template, a.cert, key, a.key)
	return &tls.Config{Certificates: []tls.Certificate{{
		Certificate: append([][]byte{leaf.Raw}, sent...), PrivateKey: key, Leaf: leaf,
	}}}
}

// KeyHash returns the hash of a server's key as records hold it.
func KeyHash(server *tls.Config) string { return keyHash(server.Certificates[0].Leaf) }

// ChainHashes returns the hashes of the keys that a server sends after its own.
func ChainHashes(server *tls.Config) []string {
	var out []string
	for _, raw := range server.Certificates[0].Certificate[1:] {
		c, err := x509.ParseCertificate(raw)
		if err != nil {
			return nil
		}
		out = append(out, keyHash(c))
	}
	return out
}

func keyHash(c *x509.Certificate) string {
	sum := sha256.Sum256(c.RawSubjectPublicKeyInfo)
	return hex.EncodeToString(sum[:])
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sign(t testing.TB, template, parent *x509.Certificate, key, signer *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}
