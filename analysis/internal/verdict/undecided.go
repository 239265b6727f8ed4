package verdict

// lastRules say why nothing is said.
var lastRules = []Rule{
	{ID: "http.led-inside", Class: Inconclusive,
		Reason: "An answer led to an address that is not on the public internet, as login pages of hotels and some censors do, where the control got the page.",
		holds:  (*facts).ledInside},
	{ID: "dns.resolver-fails", Class: Inconclusive,
		Reason: "The resolver fails or is silent, and no other was asked with success: it may just be broken.",
		holds:  func(f *facts) bool { return f.failed == atDNS }},
	{ID: "http.unclear-difference", Class: Inconclusive,
		Reason: "The page differs from the control's in a way that sites themselves are the cause of as often as censors.",
		holds: func(f *facts) bool {
			return f.page != nil && f.page.Failure == "" && f.controlPage != nil && f.controlPage.Failure == ""
		}},
	{ID: "control.fails-where-probe-does-not", Class: Inconclusive, Reason: "The control did not get the page, so there is nothing to compare with.",
		holds: func(f *facts) bool { return f.page != nil && f.page.Failure == "" }},
	{ID: "inconclusive", Class: Inconclusive, Reason: "Nothing that was seen is enough for a verdict.",
		holds: func(*facts) bool { return true }},
}
