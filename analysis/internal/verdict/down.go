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
