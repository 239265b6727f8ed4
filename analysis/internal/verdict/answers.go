package verdict

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// answers are what one resolver said of a name, both families together.
type answers struct {
	asked   bool
	public  []netip.Addr
	useless int // private and bogon addresses
	// failure is why there is no address: of IPv4 when both families failed, since nearly every site has it.
	failure measurement.Failure
}

func answersOf(records []*measurement.Record) answers {
	var out answers
	for _, r := range records {
		out.asked = true
		for _, a := range r.DNS.Answers {
			if a.Class == measurement.AddressPublic {
				out.public = append(out.public, a.Address.Unmap())
			} else {
				out.useless++
			}
		}
		if r.Failure == measurement.FailureDNSBogon && len(r.DNS.Answers) == 0 {
			out.useless++ // OONI's older versions say what the addresses were, and not them
		}
		if r.Failure != "" && (out.failure == "" || r.DNS.Query == "A") {
			out.failure = r.Failure
		}
	}
	if out.asked && out.failure == "" && len(out.public) == 0 && out.useless == 0 {
		out.failure = measurement.FailureDNSNoAnswer
	}
	return out
}

// has reports whether there are public addresses of the family that a question is for.
func (a answers) has(query string) bool {
	return slices.ContainsFunc(a.public, func(address netip.Addr) bool { return address.Is4() == (query == "A") })
}

// failsWith reports whether the resolver gave no address at all, for one of these reasons.
func (a answers) failsWith(words ...measurement.Failure) bool {
	return a.asked && len(a.public) == 0 && a.useless == 0 && slices.Contains(words, a.failure)
}

// none reports whether the resolver says that there is no such name, or no address of it.
func (a answers) none() bool {
	return a.failsWith(measurement.FailureDNSNXDOMAIN, measurement.FailureDNSNoAnswer)
}

// allUseless reports whether there are addresses and nobody can connect to any of them.
func (a answers) allUseless() bool { return a.useless > 0 && len(a.public) == 0 }

// othersResolve reports whether another resolver gave a public address.
func (f *facts) othersResolve() bool { return len(answersOf(f.others).public) > 0 }

// encrypted are the answers that nobody on the way could have written.
func (f *facts) encrypted() answers {
	var safe []*measurement.Record
	for _, r := range f.others {
		if r.DNS.Transport == measurement.TransportDoH || r.DNS.Transport == measurement.TransportDoT {
			safe = append(safe, r)
		}
	}
	return answersOf(safe)
}

// vouched reports whether an address is known to be the site's, though names of large sites have other addresses
// everywhere: the control or an encrypted resolver was told it, or one near it, or one of the same network; or who is
// there proved the site's name.
// A target that is an address needs nobody to vouch for it.
func (f *facts) vouched(a netip.Addr) bool { return f.told(a) || f.proved(a) || f.host == a.String() }

func (f *facts) told(a netip.Addr) bool {
	for _, known := range slices.Concat(f.elsewhere.public, f.encrypted().public) {
		if near(a, known) || f.look.ASN(a) != 0 && f.look.ASN(a) == f.look.ASN(known) {
			return true
		}
	}
	return false
}

// proved reports whether who is at an address showed a valid certificate for the site's name, to the probe or to the
// control. It clears the caches that content networks keep inside of providers.
func (f *facts) proved(a netip.Addr) bool {
	return slices.ContainsFunc(slices.Concat(f.probe, f.control), func(r *measurement.Record) bool {
		return r.TLS != nil && !r.TLS.Decoy && r.Failure == "" && r.TLS.Certificate == "" && r.TLS.Address.Unmap() == a &&
			strings.EqualFold(r.TLS.ServerName, f.host)
	})
}

// strange reports whether the page's resolver gave public addresses of a family that the control has too, and nobody
// vouches for any of its addresses.
func (f *facts) strange() bool {
	given := answersOf(f.path).public
	comparable := slices.ContainsFunc(given, func(a netip.Addr) bool {
		return slices.ContainsFunc(f.elsewhere.public, func(known netip.Addr) bool { return known.Is4() == a.Is4() })
	})
	return comparable && !slices.ContainsFunc(given, f.vouched)
}

// near reports whether two addresses are the same, or close enough to be one site's: a /24, or a /48 of IPv6, is the
// least that is announced on its own.
func near(a, b netip.Addr) bool {
	bits := 24
	if a.Is6() {
		bits = 48
	}
	if a.Is4() != b.Is4() {
		return false
	}
	prefix, err := a.Prefix(bits)
	return err == nil && prefix.Contains(b)
}
