// Package check holds what every check is given: where it looks from, and how long it may take.
//
// A check is a package below this one. It returns records and never an error for what the network did:
// a look that failed is a record. No check connects but through the guard, keeps a connection for the
// next check, or writes down what a server said in its own words.
package check

import (
	"crypto/x509"
	"net"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/blockpage"
	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/internal/link"
)

// Vantage is where checks look from.
type Vantage struct {
	Guard *guard.Guard
	// System is the resolver that the machine is set to.
	System *net.Resolver
	// Roots are the public certificate authorities; nil means those that Mozilla lists. What only the machine's
	// own list vouches for is believed too, but said to be so.
	Roots *x509.CertPool
	// Decoy is the innocuous name that a second handshake asks for where the target's name failed; empty means
	// that no second handshake is made.
	Decoy string
	// BlockPages are the block pages to recognize; nil means none.
	BlockPages *blockpage.Set
	Clock      clock.Clock
	Timeouts   Timeouts
	// Link says what the machine's own connection looks like; nil in a lab, whose machine is not a volunteer's.
	Link func() link.State
}

// DefaultDecoy is set aside for examples (RFC 2606), so no censor has a reason to block it, and a server that
// does not know it still answers.
const DefaultDecoy = "www.example.org"

// Timeouts say how long each step of a check may take, in the machine's time. A step that takes longer
// is generic_timeout_error.
type Timeouts struct {
	Anchor  time.Duration // all of one anchor's answer
	DNS     time.Duration // one question
	Connect time.Duration // one TCP handshake
	TLS     time.Duration // one TLS handshake
	QUIC    time.Duration // one QUIC handshake
	HTTP    time.Duration // request and response, without the handshakes before
	// Conflict is how long to listen on after a UDP answer for a second one that contradicts it.
	Conflict time.Duration
}

// DefaultTimeouts suits a slow mobile network: a handshake over a congested satellite link takes up to
// three seconds, and an injected DNS answer arrives within some 300 ms of the true one.
func DefaultTimeouts() Timeouts {
	return Timeouts{
		Anchor: 8 * time.Second, DNS: 5 * time.Second, Connect: 10 * time.Second, TLS: 10 * time.Second,
		QUIC: 5 * time.Second, HTTP: 15 * time.Second, Conflict: 400 * time.Millisecond,
	}
}
