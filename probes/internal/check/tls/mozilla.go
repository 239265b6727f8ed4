package tls

import (
	"crypto/x509"
	"sync"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// Public returns roots, or where there are none those that Mozilla lists. Nobody whom the volunteer's machine was made to
// believe is among them.
func Public(roots *x509.CertPool) *x509.CertPool {
	if roots == nil {
		return mozilla()
	}
	return roots
}

// mozilla is what Mozilla's programs believe, built in. It stands beside the machine's list because that one
// may hold an authority that a program, an employer or a state put there, and because small devices have none.
var mozilla = sync.OnceValue(func() *x509.CertPool {
	pool := x509.NewCertPool()
	for root := range bundle.Roots() {
		c, err := x509.ParseCertificate(root.Certificate)
		switch {
		case err != nil: // a root that this Go cannot read vouches for nothing
		case root.Constraint == nil:
			pool.AddCert(c)
		default:
			pool.AddCertWithConstraint(c, root.Constraint)
		}
	}
	return pool
})
