package verdict

import (
	"slices"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// blockPageRules stand alone: the page itself says that it is a block page. It does not count where only the site can
// have sent it, over TLS, nor where the control got the same.
var blockPageRules = []Rule{
	{ID: "http.block-page", Class: Blocked, How: HTTP, Reason: "A known block page came instead of the site.",
		holds: func(f *facts) bool {
			return f.page != nil && f.page.HTTP.Fingerprint != "" && !f.authenticated() &&
				(f.controlPage == nil || f.controlPage.HTTP.Fingerprint != f.page.HTTP.Fingerprint)
		}},
}

// accessibleRules find pages that came as they should.
var accessibleRules = []Rule{
	{ID: "http.authenticated", Class: Accessible,
		Reason: "The site itself answered, over TLS with a valid certificate for its name: nobody on the way can have changed what it said.",
		holds:  (*facts).authenticated},
	{ID: "http.same-as-control", Class: Accessible, Reason: "The page is the one that the control got.",
		holds: func(f *facts) bool { return f.comparison() == same }},
	{ID: "http.challenge", Class: Accessible,
		Reason: "The answer is what content networks put before visitors that they take for robots: it comes from the site's side, and is no block.",
		holds:  (*facts).challenged},
}

// pageRules compare what was asked for in the clear, or failed after encryption had begun.
var pageRules = []Rule{
	{ID: "http.redirect-elsewhere", Class: Blocked, How: Redirect,
		Reason: "Instead of the site, an answer in the clear led to somebody else's page, which is not what the control got.",
		holds: func(f *facts) bool {
			return f.page != nil && f.page.Failure == "" && f.page.HTTP.Elsewhere && !f.https && f.controlGets() && f.comparison() == different
		}},
	{ID: "http.other-page", Class: Blocked, How: HTTP,
		Reason: "What came in the clear is another page than the control got: its title and its length, or its status, differ.",
		holds: func(f *facts) bool {
			return f.page != nil && f.page.Failure == "" && f.plain() && !f.page.HTTP.Elsewhere && f.controlGets() && f.comparison() == different
		}},
	{ID: "http.reset-where-control-gets-the-page", Class: Blocked, How: HTTP,
		Reason: "The connection is cut after the page was asked for, where the control gets it.",
		holds:  unanswered(measurement.FailureConnectionReset, measurement.FailureConnectionAborted)},
	{ID: "http.eof-where-control-gets-the-page", Class: Blocked, How: HTTP,
		Reason: "The connection is closed after the page was asked for, where the control gets it.",
		holds:  unanswered(measurement.FailureEOF)},
	{ID: "http.stalls-where-control-gets-the-page", Class: Blocked, How: Throttling,
		Reason: "The answer begins and does not come to its end in time, where the control gets all of it.",
		holds: func(f *facts) bool {
			return f.failed == atHTTP && f.page.Failure == measurement.FailureTimeout && f.begun() && f.controlGets() && !f.slowLine()
		}},
	{ID: "http.timeout-where-control-gets-the-page", Class: Blocked, How: HTTP,
		Reason: "Nothing answers after the page was asked for, where the control gets it.",
		holds: func(f *facts) bool {
			return unanswered(measurement.FailureTimeout)(f) && !f.begun()
		}},
	{ID: "http.malformed-where-control-gets-the-page", Class: Blocked, How: HTTP,
		Reason: "What answers in the clear is not what a web server says, where the control gets the page.",
		holds:  func(f *facts) bool { return unanswered(measurement.FailureHTTPMalformed)(f) && f.plain() }},
	{ID: "http.broken-redirect-where-control-gets-the-page", Class: Blocked, How: HTTP,
		Reason: "An answer in the clear leads to an address that makes no sense, where the control gets the page.",
		holds:  func(f *facts) bool { return unanswered(measurement.FailureHTTPInvalidRedirect)(f) && f.plain() }},
	{ID: "quic.fails-too", Class: Blocked, How: QUIC,
		Reason: "HTTP/3 does not get through either, where the control speaks it with the same site.",
		holds:  func(f *facts) bool { return f.pageMissing() && f.noQUIC() && !f.quicIsOut() }},
}

// unanswered returns the rule that the page failed with a word after it was asked for, and the control got it.
func unanswered(words ...measurement.Failure) func(*facts) bool {
	return func(f *facts) bool {
		return f.failed == atHTTP && f.controlGets() && slices.Contains(words, f.page.Failure)
	}
}
