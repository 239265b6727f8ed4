package verdict

import (
	"slices"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

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
	{ID: "note.no-quic-at-all", Reason: "HTTP/3 got through to none of the sites that speak it with the control, as far as they were tried at that time: this one is not singled out.",
		holds: func(f *facts) bool { return f.noQUIC() && f.quicIsOut() }},
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
