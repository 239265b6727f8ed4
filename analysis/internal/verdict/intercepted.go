package verdict

import "github.com/lamplight-net/lamplight/probes/measurement"

// interceptedRules keep an antivirus program, an employer's proxy or an authority that somebody made the volunteer
// install from being taken for the network: all of them answer for every site, with certificates that this machine
// believes and nobody else does.
var interceptedRules = []Rule{
	{ID: "tls.read-by-whom-the-machine-trusts", Class: Inconclusive,
		Reason: "Somebody whom this machine trusts, and the public does not, reads its encryption: what they did to the page is not told from what the network did.",
		holds:  func(f *facts) bool { return f.intercepted() && !f.controlPageFails() }},
}

// intercepted reports whether a handshake for the site ended with a certificate that only this machine believes.
func (f *facts) intercepted() bool {
	return f.anyProbe(func(r *measurement.Record) bool {
		return r.TLS != nil && !r.TLS.Decoy && r.Failure == "" && r.TLS.Certificate != "" && f.ofSite(r.TLS.ServerName)
	})
}
