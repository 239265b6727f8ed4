package verdict

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// facts are what the rules ask about: a look, put in order.
type facts struct {
	look           Look
	probe, control []*measurement.Record

	page, controlPage *measurement.Record // the http records, nil when there is none
	host              string              // of the target, lower case; empty when nothing names it
	https             bool                // the target's scheme
	port              uint16
	failed            step // at which the page failed
	controlFailed     step // at which the control's did

	path      []*measurement.Record // answers of the resolver that the page was fetched by
	others    []*measurement.Record // answers of every other resolver
	elsewhere answers               // what the control's resolver said
}

func newFacts(look Look) *facts {
	f := &facts{look: look, probe: pointers(look.Probe), control: pointers(look.Control)}
	if f.look.ASN == nil {
		f.look.ASN = func(netip.Addr) uint32 { return 0 }
	}
	f.page, f.controlPage = last(f.probe, measurement.KindHTTP), last(f.control, measurement.KindHTTP)
	f.aim()
	f.resolvers()
	f.failed = f.failingStep()
	if len(look.Control) > 0 {
		f.controlFailed = newFacts(Look{Probe: look.Control}).failed
	}
	return f
}

// aim finds what was looked at.
func (f *facts) aim() {
	for _, r := range []*measurement.Record{f.page, f.controlPage} {
		if r == nil {
			continue
		}
		u, err := url.Parse(r.Target)
		if err != nil {
			continue
		}
		f.host, f.https, f.port = strings.ToLower(u.Hostname()), u.Scheme == "https", 80
		if f.https {
			f.port = 443
		}
		if n, err := strconv.ParseUint(u.Port(), 10, 16); err == nil {
			f.port = uint16(n)
		}
		return
	}
	for _, r := range f.probe {
		switch {
		case r.DNS != nil:
			f.host = strings.ToLower(r.Target)
			return
		case r.TCP != nil:
			to := endpoint(r)
			f.host, f.port, f.https = hostOf(r), to.Port(), to.Port() == 443
			return
		}
	}
}

// resolvers sorts the answers. A browser asks the system's resolver; where a look has none of it, the provider's
// stands for it, and then whatever there is.
func (f *facts) resolvers() {
	var all []*measurement.Record
	for _, r := range f.probe {
		if r.DNS != nil && strings.EqualFold(r.Target, f.host) && (r.DNS.Query == "A" || r.DNS.Query == "AAAA") {
			all = append(all, r)
		}
	}
	for _, class := range measurement.Resolvers() {
		if len(f.path) > 0 {
			break
		}
		for _, r := range all {
			if r.DNS.Resolver == class {
				f.path = append(f.path, r)
			}
		}
	}
	for _, r := range all {
		if !slices.Contains(f.path, r) {
			f.others = append(f.others, r)
		}
	}
	var there []*measurement.Record
	for _, r := range f.control {
		if r.DNS != nil && strings.EqualFold(r.Target, f.host) && (r.DNS.Query == "A" || r.DNS.Query == "AAAA") {
			there = append(there, r)
		}
	}
	f.elsewhere = answersOf(there)
}

// controlled reports whether a control looked. One that could not even send says nothing.
func (f *facts) controlled() bool {
	return slices.ContainsFunc(f.control, func(r *measurement.Record) bool {
		return !slices.Contains([]measurement.Failure{
			measurement.FailureNetworkDown, measurement.FailureNetworkUnreach, measurement.FailurePermissionDenied, measurement.FailureGuarded,
		}, r.Failure)
	})
}

// controlGets reports whether the control got an answer to the same request, other than a refusal.
func (f *facts) controlGets() bool {
	return f.controlPage != nil && f.controlPage.Failure == "" && f.controlPage.HTTP.Status >= 200 && f.controlPage.HTTP.Status < 400
}

// controlAnswered reports whether the control got any answer, a refusal too: there is a site.
func (f *facts) controlAnswered() bool { return f.controlPage != nil && f.controlPage.Failure == "" }

func (f *facts) controlPageFails() bool { return f.controlPage != nil && f.controlPage.Failure != "" }

func (f *facts) literal() bool {
	_, err := netip.ParseAddr(f.host)
	return err == nil
}

func (f *facts) anyProbe(is func(*measurement.Record) bool) bool {
	return slices.ContainsFunc(f.probe, is)
}

// allProbeFail reports whether every record of the look failed with one of the words. A beat beside it is none.
func (f *facts) allProbeFail(words ...measurement.Failure) bool {
	return f.anyProbe(func(r *measurement.Record) bool { return r.Beat == nil }) &&
		!f.anyProbe(func(r *measurement.Record) bool { return r.Beat == nil && !slices.Contains(words, r.Failure) })
}

func pointers(records []measurement.Record) []*measurement.Record {
	out := make([]*measurement.Record, len(records))
	for i := range records {
		out[i] = &records[i]
	}
	return out
}

func last(records []*measurement.Record, kind measurement.Kind) *measurement.Record {
	for _, r := range slices.Backward(records) {
		if r.Kind == kind && r.HTTP != nil {
			return r
		}
	}
	return nil
}

// endpoint returns the address and port that a tcp, tls or quic record is about.
func endpoint(r *measurement.Record) netip.AddrPort {
	var address netip.Addr
	switch {
	case r.TCP != nil:
		address = r.TCP.Address
	case r.TLS != nil:
		address = r.TLS.Address
	case r.QUIC != nil:
		address = r.QUIC.Address
	}
	_, port, _ := net.SplitHostPort(r.Target)
	n, _ := strconv.ParseUint(port, 10, 16)
	return netip.AddrPortFrom(address.Unmap(), uint16(n))
}

func hostOf(r *measurement.Record) string {
	host, _, _ := net.SplitHostPort(r.Target)
	return strings.ToLower(host)
}
