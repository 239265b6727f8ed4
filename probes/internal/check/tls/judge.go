package tls

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"

	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Judgment is what is to be thought of the certificates that a server sent.
type Judgment struct {
	Failure measurement.Failure
	// Fault without a Failure is unknown_authority: this machine believes the chain, and the public does not.
	Fault measurement.CertificateFault
	// Key is the hash of the leaf's key, Chain those of the certificates after it. They are empty unless the
	// chain leads to a public authority, whatever else is wrong with it.
	Key   string
	Chain []string
}

// maxChain is how many certificates after the leaf are kept; public chains have one or two.
const maxChain = 4

// Judge verifies a chain, leaf first, that was sent under a name. roots are the public authorities; nil means
// those that Mozilla lists and, after them, those of the machine.
func Judge(chain []*x509.Certificate, name string, roots *x509.CertPool) Judgment {
	if len(chain) == 0 {
		return Judgment{Failure: measurement.FailureTLSInvalidCert, Fault: measurement.CertificateMalformed}
	}
	public := Public(roots)
	err := verify(chain, x509.VerifyOptions{DNSName: name, Roots: public})
	if err != nil && roots == nil && verify(chain, x509.VerifyOptions{DNSName: name}) == nil {
		return Judgment{Fault: measurement.CertificateUnknownRoot}
	}
	j := Judgment{Failure: failure.Of(failure.Handshake, err), Fault: failure.Fault(err, chain[0])}
	if j.Failure == measurement.FailureTLSFailedHandshake {
		j.Failure = measurement.FailureTLSInvalidCert // the handshake itself has succeeded
	}
	if err == nil || leadsTo(public, chain) {
		j.Key = keyHash(chain[0])
		for _, c := range chain[1:min(len(chain), 1+maxChain)] {
			j.Chain = append(j.Chain, keyHash(c))
		}
	}
	return j
}

// leadsTo reports whether roots vouch for a chain at some time and under some name.
func leadsTo(roots *x509.CertPool, chain []*x509.Certificate) bool {
	leaf := chain[0]
	then := leaf.NotBefore.Add(leaf.NotAfter.Sub(leaf.NotBefore) / 2)
	return verify(chain, x509.VerifyOptions{Roots: roots, CurrentTime: then}) == nil
}

// maxSent is how many of the certificates that a server sent are looked at.
const maxSent = 16

func verify(chain []*x509.Certificate, how x509.VerifyOptions) error {
	how.Intermediates = x509.NewCertPool()
	for _, c := range chain[1:min(len(chain), maxSent)] {
		how.Intermediates.AddCert(c)
	}
	_, err := chain[0].Verify(how)
	return err
}

func keyHash(c *x509.Certificate) string {
	sum := sha256.Sum256(c.RawSubjectPublicKeyInfo)
	return hex.EncodeToString(sum[:])
}
