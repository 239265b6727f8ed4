package verdict

import (
	"slices"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// loneRules need no control. The last of them is the gate: what comes after it compares.
var loneRules = []Rule{
	{ID: "dns.useless-where-others-resolve", Class: Blocked, How: DNS,
		Reason: "The resolver leads to addresses that are not on the public internet, where another resolver gave public ones at the same time.",
		holds: func(f *facts) bool {
			return f.pageMissing() && answersOf(f.path).allUseless() && f.othersResolve()
		}},
	{ID: "control.missing", Class: Inconclusive, Reason: "No control looked at the same time, and what one place sees alone decides nothing.",
		holds: func(f *facts) bool { return !f.controlled() }},
}

// dnsRules compare what the page's resolver said with what the control's did. A resolver that refuses, fails or is
// silent may just be broken; only where another one answered the same question does it count.
var dnsRules = []Rule{
	{ID: "dns.useless-where-control-resolves", Class: Blocked, How: DNS,
		Reason: "The resolver leads to addresses that are not on the public internet, where the control's leads to public ones.",
		holds: func(f *facts) bool {
			return f.pageMissing() && answersOf(f.path).allUseless() && len(f.elsewhere.public) > 0 && !f.othersResolve()
		}},
	{ID: "dns.nxdomain-where-control-resolves", Class: Blocked, How: DNS,
		Reason: "The resolver says that the name does not exist, where the control's gives addresses.",
		holds:  denied(alone, measurement.FailureDNSNXDOMAIN)},
	{ID: "dns.no-answer-where-control-resolves", Class: Blocked, How: DNS,
		Reason: "The resolver gives no address for the name, where the control's does.",
		holds:  denied(alone, measurement.FailureDNSNoAnswer)},
	{ID: "dns.refused-where-others-resolve", Class: Blocked, How: DNS,
		Reason: "The resolver refuses to answer for the name, where the control's and another one do.",
		holds:  denied(backed, measurement.FailureDNSRefused)},
	{ID: "dns.failure-where-others-resolve", Class: Blocked, How: DNS,
		Reason: "The resolver fails for the name, where the control's and another one answer.",
		holds: denied(backed, measurement.FailureDNSServfail, measurement.FailureDNSServfailCode, measurement.FailureDNSNonRecover,
			measurement.FailureDNSTemporary, measurement.FailureDNSReplyWrongID)},
	{ID: "dns.timeout-where-others-resolve", Class: Blocked, How: DNS,
		Reason: "The resolver is silent about the name, where the control's and another one answer.",
		holds:  denied(backed, measurement.FailureTimeout)},
	{ID: "dns.two-answers", Class: Blocked, How: DNS,
		Reason: "One question got two answers that contradict each other, so somebody on the way answered too, and the page did not come.",
		holds:  func(f *facts) bool { return f.pageMissing() && f.contradicted() && len(f.elsewhere.public) > 0 }},
	{ID: "dns.strange-address", Class: Blocked, How: DNS,
		Reason: "The resolver leads to an address of another network than the control's, where nobody proved the site's name, and what is there is not the site.",
		holds: func(f *facts) bool {
			return f.strange() && (f.pageMissing() && f.controlAnswered() || f.comparison() == different)
		}},
	{ID: "dns.address-for-no-name", Class: Blocked, How: DNS,
		Reason: "The name exists no more, as the control and another resolver say, yet resolvers here still lead its visitors elsewhere, as they do for what was once blocked.",
		holds:  (*facts).ghost},
	{ID: "dns.address-where-control-has-none", Class: Inconclusive,
		Reason: "The resolver gives an address for a name that the control's denies: as for what was once blocked, and as resolvers do that sell their errors.",
		holds:  func(f *facts) bool { return f.elsewhere.none() && !answersOf(f.path).none() }},
	{ID: "dns.fails-after-redirect", Class: Blocked, How: DNS,
		Reason: "The site's page leads on to a name that the resolver denies, where the control followed it to the end.",
		holds: func(f *facts) bool {
			return f.failed == atDNS && f.page.HTTP.Redirects > 0 && f.controlGets() && len(answersOf(f.path).public) > 0 && !f.ledInside() &&
				f.page.Failure != measurement.FailureDNSServfail && f.page.Failure != measurement.FailureDNSServfailCode
		}},
}

// Whether a rule asks for another resolver of the probe's that answered.
const (
	alone  = false
	backed = true
)

// denied returns the rule that the page's resolver failed with one of the words, for a family of which the control's gave
// addresses: a machine without IPv6 is not told of sites that have nothing else.
func denied(backed bool, words ...measurement.Failure) func(*facts) bool {
	return func(f *facts) bool {
		return f.pageMissing() && answersOf(f.path).failsWith(words...) && slices.ContainsFunc(f.path, func(r *measurement.Record) bool {
			return slices.Contains(words, r.Failure) && f.elsewhere.has(r.DNS.Query)
		}) && (!backed || f.othersResolve())
	}
}

// pageMissing reports whether the page was not received.
func (f *facts) pageMissing() bool { return f.page == nil || f.page.Failure != "" }

// contradicted reports whether a question got two answers of which one is not the site's. A network may double a
// question, and a resolver of several machines then answer twice, with two of the site's addresses.
func (f *facts) contradicted() bool {
	return f.anyProbe(func(r *measurement.Record) bool {
		return r.DNS != nil && r.DNS.Conflict && (r.DNS.Other == nil || !f.siteIsAmong(r.DNS.Answers) || !f.siteIsAmong(r.DNS.Other.Answers))
	})
}

// siteIsAmong reports whether one of the addresses is vouched for.
func (f *facts) siteIsAmong(given []measurement.Answer) bool {
	return slices.ContainsFunc(given, func(a measurement.Answer) bool {
		return a.Class == measurement.AddressPublic && f.vouched(a.Address.Unmap())
	})
}

// ghost reports whether resolvers here answer for a name that does not exist. Resolvers that sell their errors do so
// too, but nobody else's; so a second resolver must lie alike, and an answer that could not be changed must agree
// with the control.
func (f *facts) ghost() bool {
	given := answersOf(f.path)
	if !f.elsewhere.none() || !f.encrypted().none() || len(given.public)+given.useless == 0 {
		return false
	}
	for _, r := range f.others {
		if len(r.DNS.Answers) > 0 {
			return true
		}
	}
	return false
}
