package scene

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"sync"
	"time"
)

// certificates is an authority, and what it signed.
type certificates struct {
	authority *x509.Certificate
	key       *ecdsa.PrivateKey

	mu     sync.Mutex
	issued map[string]*tls.Certificate
}

const life = 24 * time.Hour

func newCertificates() (*certificates, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the authority's key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "scene authority"},
		NotBefore: time.Now().Add(-10 * life), NotAfter: time.Now().Add(life),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("sign the authority: %w", err)
	}
	certificate, err := x509.ParseCertificate(der)
	return &certificates{authority: certificate, key: key, issued: make(map[string]*tls.Certificate)}, err
}

func (c *certificates) roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(c.authority)
	return pool
}

// of returns what a site shows to whoever asks for a name: the site's own certificate, whatever the name.
func (c *certificates) of(s *Site, asked string) (*tls.Certificate, error) {
	name, kind := s.Name, s.Cert
	if kind == "wrong-host" {
		name, kind = "elsewhere.example", "good"
	}
	if name == "any.example" { // an interceptor has a certificate for everybody
		name = asked
	}
	return c.issue(name, kind)
}

func (c *certificates) issue(name, kind string) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if have := c.issued[name+" "+kind]; have != nil {
		return have, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(int64(len(c.issued) + 2)), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-9 * life), NotAfter: time.Now().Add(life),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	parent, signer := c.authority, c.key
	switch kind {
	case "expired":
		template.NotAfter = time.Now().Add(-life)
	case "self-signed":
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		return nil, fmt.Errorf("sign a certificate for %s: %w", name, err)
	}
	made := &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	c.issued[name+" "+kind] = made
	return made, nil
}
