package verdict

import "slices"

// Rule is one reason for a verdict.
type Rule struct {
	// ID stays for good, for verdicts that were published name it.
	ID string
	// Class is what the rule decides for; empty for a note, which only tells.
	Class  Class
	How    How // of a rule for Blocked
	Reason string

	holds func(*facts) bool
}

// Rules lists every rule in the order in which they are asked. Notes stand last, so that the deciding reason is told
// first.
func Rules() []Rule { return slices.Clone(rules) }

var rules = slices.Concat(
	localRules, blockPageRules, squeezedRules, accessibleRules, loneRules,
	dnsRules, tcpRules, interceptedRules, tlsRules, pageRules, downRules, lastRules, notes,
)
