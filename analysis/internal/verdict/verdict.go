package verdict

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Class is what a verdict says of a site.
type Class string

// The classes.
const (
	Accessible   Class = "accessible"
	Blocked      Class = "blocked"      // where the probe is, and not where the control is
	Down         Class = "down"         // in both places: the site's own fault
	Inconclusive Class = "inconclusive" // no verdict
	Local        Class = "local"        // the probe could not look: says nothing about the site
)

// Classes lists every class.
func Classes() []Class { return []Class{Accessible, Blocked, Down, Inconclusive, Local} }

// How is what a network did to block.
type How string

// The ways to block.
const (
	DNS        How = "dns"
	TCP        How = "tcp_ip"
	TLS        How = "tls"     // by name or by address: no decoy told them apart
	TLSName    How = "tls_sni" // by the name in the hello: another name to the same address passed
	TLSAddress How = "tls_address"
	TLSForged  How = "tls_mitm" // somebody else's certificate
	HTTP       How = "http"
	Redirect   How = "redirect" // to a page of somebody else
	Throttling How = "throttling"
	QUIC       How = "quic"
)

// Look is one look at one target.
type Look struct {
	// Probe holds the records of one check, Control those of a control of the same target; none when no control
	// answered.
	Probe, Control []measurement.Record
	// ASN returns the autonomous system of an address, zero when unknown. Nil knows none.
	ASN func(netip.Addr) uint32
	// ClockWrong says that the probe's clock was found to be off or moved.
	ClockWrong bool
	// QUICInVain is with how many hosts that speak HTTP/3 with a control the probe tried it in the quarter of an hour before
	// the look or after it, when it got through to none; zero when it did, or when nobody knows.
	QUICInVain int
}

// Verdict is what the rules say of a look.
type Verdict struct {
	Class Class
	How   []How    // of Blocked: the surest first
	Rules []string // ids of the rules that hold: the one that decided, those that say the same, and notes
	// Reason is the sentences of Rules.
	Reason string
}

// Blocked returns whether the site is blocked, and whether that is known at all.
func (v Verdict) Blocked() (blocked, known bool) {
	return v.Class == Blocked, v.Class != Inconclusive && v.Class != Local
}

// Judge asks the rules about a look. The same look always gets the same verdict.
func Judge(look Look) Verdict {
	f := newFacts(look)
	var v Verdict
	var reasons []string
	for _, rule := range rules {
		decides := rule.Class != "" && (v.Class == "" || v.Class == Blocked && rule.Class == Blocked)
		if !decides && rule.Class != "" || !rule.holds(f) {
			continue
		}
		if rule.Class != "" {
			v.Class = rule.Class
		}
		if rule.How != "" && !slices.Contains(v.How, rule.How) {
			v.How = append(v.How, rule.How)
		}
		v.Rules = append(v.Rules, rule.ID)
		reasons = append(reasons, rule.Reason)
	}
	v.Reason = strings.Join(reasons, " ")
	return v
}
