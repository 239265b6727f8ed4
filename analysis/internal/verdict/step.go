package verdict

import (
	"slices"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// step is how far a page came before it failed.
type step int

// The steps. notFailed also stands for a page that nobody asked for.
const (
	notFailed step = iota
	atDNS
	atTCP
	atTLS
	atHTTP
)

// failingStep says where the page failed: the record beneath it that failed alike tells.
func (f *facts) failingStep() step {
	if f.page == nil || f.page.Failure == "" {
		return notFailed
	}
	failure := f.page.Failure
	switch {
	case strings.HasPrefix(string(failure), "dns_"):
		return atDNS
	case certificateFailure(failure):
		return atTLS
	case failure == measurement.FailureConnectionRefused:
		return atTCP
	case f.begun():
		return atHTTP
	}
	shaken := false
	for _, r := range f.probe {
		if r.TLS == nil || r.TLS.Decoy || f.plain() {
			continue
		}
		shaken = true
		if r.Failure == failure {
			return atTLS
		}
	}
	tried, connected := false, false
	for _, r := range f.probe {
		if r.TCP == nil {
			continue
		}
		if r.Failure == failure && !f.connectedTo(r.Target) {
			return atTCP
		}
		tried, connected = true, connected || r.Failure == ""
	}
	switch {
	case tried && !connected:
		return atTCP
	case !tried && len(f.path) > 0 && answersOf(f.path).public == nil && !f.literal():
		return atDNS // a question that nobody answered fails with a word of the network
	case f.https && !shaken && !f.plain() && connected && slices.Contains(cut, failure):
		return atTLS // no handshake was written down, and none was finished
	}
	return atHTTP
}

// begun reports whether an answer had begun that was not just a step on the way.
func (f *facts) begun() bool { return f.page.HTTP.Status != 0 && f.page.HTTP.Status/100 != 3 }

// plain reports whether the exchange that counts went without TLS.
func (f *facts) plain() bool {
	return f.page != nil && (f.page.HTTP.Plain || !f.https && f.page.HTTP.Redirects == 0)
}

// authenticated reports whether the page's last word is the site's own, whatever it said: it came over TLS with a
// certificate that was found to be for the site's name, from the site or from where the site itself led to over TLS. Of
// a page elsewhere that took more steps, one of them may have gone in the clear, and anybody may have led from there.
func (f *facts) authenticated() bool {
	if f.page == nil || f.plain() || f.page.HTTP.Status == 0 || f.page.HTTP.Elsewhere && (!f.https || f.page.HTTP.Redirects > 1) {
		return false
	}
	switch f.page.Failure {
	case "", measurement.FailureHTTPInvalidRedirect, measurement.FailureHTTPTooManyRedirect:
	default:
		return false
	}
	return !f.intercepted() && f.anyProbe(func(r *measurement.Record) bool {
		return r.TLS != nil && !r.TLS.Decoy && r.Failure == "" && r.TLS.Certificate == "" && f.ofSite(r.TLS.ServerName)
	})
}

// ofSite reports whether a name is the target's, or below or above it, as sites lead their visitors from
// site.example to www.site.example and back.
func (f *facts) ofSite(name string) bool {
	name = strings.ToLower(name)
	return name == f.host || strings.HasSuffix(name, "."+f.host) || strings.HasSuffix(f.host, "."+name)
}
