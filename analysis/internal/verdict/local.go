package verdict

import (
	"slices"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// localRules find looks that say something about the probe, not the site.
var localRules = []Rule{
	{ID: "local.link-down", Class: Local, Reason: "The probe's own network was down: no interface was up, or there was no way out.",
		holds: func(f *facts) bool {
			return f.anyProbe(func(r *measurement.Record) bool {
				return r.Beat != nil && (r.Beat.Interface == measurement.InterfaceDown || r.Beat.Router == measurement.RouterNone)
			})
		}},
	{ID: "local.nothing-answers", Class: Local, Reason: "Nothing at all answered the probe at that time, so what failed was its connection and not this site.",
		holds: func(f *facts) bool {
			return f.anyProbe(func(r *measurement.Record) bool {
				return r.Beat != nil && r.Beat.Domestic.Tried+r.Beat.Foreign.Tried > 0 && r.Beat.Domestic.Answered+r.Beat.Foreign.Answered == 0
			})
		}},
	{ID: "local.no-network", Class: Local, Reason: "The probe's machine had no network to look through.",
		holds: func(f *facts) bool {
			return f.allProbeFail(measurement.FailureNetworkDown, measurement.FailureNetworkUnreach, measurement.FailurePermissionDenied)
		}},
	{ID: "local.not-allowed", Class: Local, Reason: "The probe did not look, or not to the end: an address is not one that it may connect to.",
		holds: func(f *facts) bool { return f.guarded() && !f.ledInside() }},
	{ID: "local.clock", Class: Local, Reason: "The certificate is the one that the control got, and only the time on the probe made it invalid: its clock is wrong.",
		holds: (*facts).clockFault},
}

func (f *facts) guarded() bool {
	return f.page != nil && f.page.Failure == measurement.FailureGuarded
}

// ledInside reports whether an answer led the probe to an address that it may not connect to, or in the clear to a name
// of one, and the control to the page: hotels lead their guests so, and some censors everybody.
func (f *facts) ledInside() bool {
	return (f.guarded() || f.page != nil && f.page.Failure == measurement.FailureDNSBogon && f.page.HTTP.Plain) &&
		f.page.HTTP.Redirects > 0 && f.controlGets()
}

// clockFault reports a certificate that only the probe's clock makes invalid.
func (f *facts) clockFault() bool {
	for _, r := range f.probe {
		if r.TLS == nil || r.TLS.Decoy || !badCertificate(r) {
			continue
		}
		timed := r.TLS.Certificate == measurement.CertificateExpired || r.TLS.Certificate == measurement.CertificateNotYetValid ||
			r.TLS.Certificate == "" && r.Failure == measurement.FailureTLSInvalidCert
		if !timed || f.controlCertificate(r) {
			continue
		}
		if f.look.ClockWrong {
			return true
		}
		for _, c := range f.control {
			if c.TLS != nil && c.Failure == "" && c.TLS.KeySHA256 != "" && c.TLS.KeySHA256 == r.TLS.KeySHA256 {
				return true
			}
		}
	}
	return false
}

// controlCertificate reports whether the control found the certificate at the same address bad too.
func (f *facts) controlCertificate(here *measurement.Record) bool {
	return slices.ContainsFunc(f.control, func(c *measurement.Record) bool {
		return c.TLS != nil && endpoint(c) == endpoint(here) && strings.EqualFold(c.TLS.ServerName, here.TLS.ServerName) && badCertificate(c)
	})
}
