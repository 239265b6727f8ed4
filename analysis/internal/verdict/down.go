package verdict

import (
	"slices"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// downRules find sites that fail for the control too.
var downRules = []Rule{
	{ID: "down.no-such-name", Class: Down, Reason: "The name has no address for the control either.",
		holds: func(f *facts) bool {
			here := answersOf(f.path)
			return f.elsewhere.none() && here.asked && len(here.public)+here.useless == 0
		}},
	{ID: "down.private-address", Class: Down, Reason: "The name leads the control to an address that is not on the public internet too.",
		holds: func(f *facts) bool { return f.pageMissing() && f.elsewhere.allUseless() }},
	{ID: "down.no-connection", Class: Down, Reason: "The control cannot connect to the site either.",
		holds: func(f *facts) bool { return f.failed == atTCP && f.controlFailsAt(atTCP) }},
	{ID: "down.certificate", Class: Down, Reason: "The certificate is not to be believed for the control either: the fault is the site's.",
		holds: func(f *facts) bool {
			return f.failed == atTLS && certificateFailure(f.page.Failure) && f.controlFailsAt(atTLS)
		}},
	{ID: "down.no-encryption", Class: Down, Reason: "Encryption fails for the control too.",
		holds: func(f *facts) bool {
			return f.failed == atTLS && !certificateFailure(f.page.Failure) && f.controlFailsAt(atTLS)
		}},
	{ID: "down.no-page", Class: Down, Reason: "The control does not get the page either.",
		holds: func(f *facts) bool {
			return f.failed > atDNS && f.controlPageFails() && (f.controlFailed <= f.failed || !f.controlTook(f.failed))
		}},
}

// controlFailsAt reports whether the control failed at the same step: its page, or the step at the addresses that the
// probe tried.
func (f *facts) controlFailsAt(s step) bool {
	if f.controlGets() {
		return false
	}
	failed := f.controlFailed == s
	for _, r := range f.probe {
		switch {
		case s == atTCP && r.TCP != nil && r.Failure != "":
			connects, tried := f.controlConnects(endpoint(r))
			if connects {
				return false
			}
			failed = failed || tried
		case s == atTLS && r.TLS != nil && !r.TLS.Decoy && r.Failure != "":
			for _, c := range f.control {
				if c.TLS == nil || endpoint(c) != endpoint(r) || !strings.EqualFold(c.TLS.ServerName, r.TLS.ServerName) {
					continue
				}
				if c.Failure == "" {
					return false
				}
				failed = true
			}
		}
	}
	return failed
}

// controlTook reports whether the control wrote down a step. One that it did not is not told from the next.
func (f *facts) controlTook(s step) bool {
	return slices.ContainsFunc(f.control, func(r *measurement.Record) bool {
		return s == atTCP && r.TCP != nil || s == atTLS && r.TLS != nil || s == atHTTP && r.HTTP != nil
	})
}

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

// notes tell of what a reader should know beside the verdict.
var notes = []Rule{
	{ID: "note.two-answers", Reason: "One question got two answers that contradict each other, so somebody on the way answers too.",
		holds: func(f *facts) bool { return !f.pageMissing() && f.contradicted() }},
	{ID: "note.other-resolver-lies", Reason: "Another resolver than the one that the page came by denies the name or leads nowhere.",
		holds: func(f *facts) bool {
			if len(answersOf(f.path).public) == 0 || len(f.elsewhere.public) == 0 {
				return false
			}
			for _, class := range measurement.Resolvers() {
				var of []*measurement.Record
				for _, r := range f.others {
					if r.DNS.Resolver == class && r.DNS.Transport != measurement.TransportDoH && r.DNS.Transport != measurement.TransportDoT {
						of = append(of, r)
					}
				}
				if a := answersOf(of); a.allUseless() || a.failsWith(measurement.FailureDNSNXDOMAIN) {
					return true
				}
			}
			return false
		}},
	{ID: "note.other-address", Reason: "The resolver leads to other addresses than the control's; who is there proved the site's name, so they are the site's, or a proxy's that passes it on.",
		holds: (*facts).elsewhereProved},
	{ID: "note.site-refuses", Reason: "The site itself refuses visitors from here, or takes them for robots: it gave the control the page.",
		holds: func(f *facts) bool { return f.authenticated() && f.page.HTTP.Status >= 400 && f.controlGets() }},
}

// elsewhereProved reports whether the page's addresses were told to nobody else, and one of them proved to be the site.
func (f *facts) elsewhereProved() bool {
	given := answersOf(f.path).public
	return len(f.elsewhere.public) > 0 && slices.ContainsFunc(given, f.proved) && !slices.ContainsFunc(given, f.told)
}
