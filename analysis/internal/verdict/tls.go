package verdict

import (
	"slices"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// tlsRules compare handshakes. The decoy, an innocuous name sent to the same address, tells what the censor looks at.
var tlsRules = []Rule{
	{ID: "tls.blocked-by-name", Class: Blocked, How: TLSName,
		Reason: "Encryption fails when the site's name is asked for, and begins when another name is asked for at the same address; the control's begins with the site's name.",
		holds: func(f *facts) bool {
			return f.unshaken(cut, func(r *measurement.Record) bool { return f.decoyShakes(r) == yes })
		}},
	{ID: "tls.blocked-by-address", Class: Blocked, How: TLSAddress,
		Reason: "Encryption with this address fails whatever name is asked for, where the control's begins.",
		holds: func(f *facts) bool {
			return f.unshaken(cut, func(r *measurement.Record) bool { return f.decoyShakes(r) == no })
		}},
	{ID: "tls.reset-where-control-shakes-hands", Class: Blocked, How: TLS,
		Reason: "The connection is cut while encryption begins, where the control's is not.",
		holds:  undecoyed(measurement.FailureConnectionReset, measurement.FailureConnectionAborted)},
	{ID: "tls.timeout-where-control-shakes-hands", Class: Blocked, How: TLS,
		Reason: "The connection falls silent while encryption begins, where the control's does not.",
		holds:  undecoyed(measurement.FailureTimeout)},
	{ID: "tls.eof-where-control-shakes-hands", Class: Blocked, How: TLS,
		Reason: "The connection is closed while encryption begins, where the control's is not.",
		holds:  undecoyed(measurement.FailureEOF)},
	{ID: "tls.refused-where-control-shakes-hands", Class: Blocked, How: TLS,
		Reason: "Encryption is refused, where it is not to the control.",
		holds:  undecoyed(measurement.FailureTLSFailedHandshake)},
	{ID: "tls.forged-certificate", Class: Blocked, How: TLSForged,
		Reason: "The certificate is not to be believed here, where the control got a valid one: somebody on the way shows their own.",
		holds:  (*facts).forged},
}

// cut are the ways in which a handshake is broken by somebody, and not by a certificate.
var cut = []measurement.Failure{
	measurement.FailureConnectionReset, measurement.FailureConnectionAborted, measurement.FailureTimeout,
	measurement.FailureEOF, measurement.FailureTLSFailedHandshake,
}

// undecoyed returns the rule that a handshake failed with a word where the control's did not, and nobody tried a decoy;
// or that the page failed so while no handshake was written down.
func undecoyed(words ...measurement.Failure) func(*facts) bool {
	return func(f *facts) bool {
		if f.unshaken(words, func(r *measurement.Record) bool { return f.decoyShakes(r) == unknown }) {
			return true
		}
		seen := f.anyProbe(func(r *measurement.Record) bool { return r.TLS != nil && !r.TLS.Decoy })
		return !seen && f.failed == atTLS && f.controlGets() && slices.Contains(words, f.page.Failure)
	}
}

// unshaken reports whether a handshake failed with one of the words, that none to the same target succeeded, and that
// the control's did.
func (f *facts) unshaken(words []measurement.Failure, also func(*measurement.Record) bool) bool {
	return f.pageMissing() && f.anyProbe(func(r *measurement.Record) bool {
		if r.TLS == nil || r.TLS.Decoy || !slices.Contains(words, r.Failure) || f.shakenWith(r.Target) || !also(r) {
			return false
		}
		// Other names on the way do not make the page fail if another step did; and what a stranger's address does, to
		// which the resolver led, the control was not asked.
		return f.controlShakes(r) == yes || f.controlShakes(r) == unknown && f.controlGets() && f.failed == atTLS &&
			(!strings.EqualFold(r.TLS.ServerName, f.host) || f.vouched(r.TLS.Address.Unmap()))
	})
}

func (f *facts) shakenWith(target string) bool {
	return f.anyProbe(func(r *measurement.Record) bool {
		return r.TLS != nil && !r.TLS.Decoy && r.Failure == "" && r.Target == target
	})
}

// three is yes, no, or not known.
type three int

const (
	unknown three = iota
	no
	yes
)

// decoyShakes says whether the other name passed at the address of a handshake.
func (f *facts) decoyShakes(failed *measurement.Record) three {
	out := unknown
	for _, r := range f.probe {
		if r.TLS == nil || !r.TLS.Decoy || endpoint(r) != endpoint(failed) {
			continue
		}
		if finished(r) {
			return yes
		}
		out = no
	}
	return out
}

// controlShakes says whether the control finished a handshake at the same address with the same name.
func (f *facts) controlShakes(failed *measurement.Record) three {
	out := unknown
	for _, r := range f.control {
		if r.TLS == nil || endpoint(r) != endpoint(failed) || !strings.EqualFold(r.TLS.ServerName, failed.TLS.ServerName) {
			continue
		}
		if finished(r) {
			return yes
		}
		out = no
	}
	return out
}

// forged reports a certificate that is bad here and good there. A certificate that is as bad for the control at the
// same address is not forged on the way: the site's own, or that of whoever the resolver led to. Where the resolver
// led to a stranger, the bad certificate is the stranger's, whom the control did not ask. One that this machine believes
// did not make the page fail.
func (f *facts) forged() bool {
	return f.pageMissing() && f.anyProbe(func(r *measurement.Record) bool {
		if r.TLS == nil || r.TLS.Decoy || r.Failure == "" || !badCertificate(r) || f.controlCertificate(r) {
			return false
		}
		if f.strange() && slices.Contains(answersOf(f.path).public, r.TLS.Address.Unmap()) {
			return false
		}
		good := false
		for _, c := range f.control {
			if c.TLS == nil || !strings.EqualFold(c.TLS.ServerName, r.TLS.ServerName) {
				continue
			}
			good = good || c.Failure == "" && c.TLS.Certificate == "" && c.TLS.KeySHA256 != r.TLS.KeySHA256 ||
				c.Failure == "" && c.TLS.KeySHA256 == ""
		}
		return good || f.controlGets() && f.https && strings.EqualFold(r.TLS.ServerName, f.host) && !f.controlHandshakes()
	})
}

// controlHandshakes reports whether the control wrote down any handshake.
func (f *facts) controlHandshakes() bool {
	return slices.ContainsFunc(f.control, func(r *measurement.Record) bool { return r.TLS != nil })
}

// finished reports whether a handshake got as far as a certificate, good or bad.
func finished(r *measurement.Record) bool {
	return r.Failure == "" || r.TLS.Version != "" || r.TLS.KeySHA256 != "" || badCertificate(r)
}

func badCertificate(r *measurement.Record) bool {
	return r.TLS.Certificate != "" || certificateFailure(r.Failure)
}

func certificateFailure(word measurement.Failure) bool {
	return slices.Contains([]measurement.Failure{
		measurement.FailureTLSInvalidCert, measurement.FailureTLSInvalidHostname, measurement.FailureTLSUnknownAuth,
	}, word)
}
