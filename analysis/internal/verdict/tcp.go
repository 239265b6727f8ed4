package verdict

import (
	"net/netip"
	"slices"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// tcpRules compare connections to the very same address. What the control could not connect to either is no evidence.
var tcpRules = []Rule{
	{ID: "tcp.refused-where-control-connects", Class: Blocked, How: TCP,
		Reason: "The connection is refused here, where the control connects to the same site.",
		holds:  unconnected(measurement.FailureConnectionRefused)},
	{ID: "tcp.timeout-where-control-connects", Class: Blocked, How: TCP,
		Reason: "Nothing answers a connection from here, where the control connects to the same site.",
		holds:  unconnected(measurement.FailureTimeout)},
	{ID: "tcp.reset-where-control-connects", Class: Blocked, How: TCP,
		Reason: "The connection is cut as it begins, where the control connects to the same site.",
		holds:  unconnected(measurement.FailureConnectionReset, measurement.FailureConnectionAborted, measurement.FailureEOF)},
	{ID: "tcp.unreachable-where-control-connects", Class: Blocked, How: TCP,
		Reason: "The network says that the address cannot be reached, where the control connects to the same site.",
		holds:  unconnected(measurement.FailureHostUnreachable, measurement.FailureNetworkUnreach)},
}

// unconnected returns the rule that no address of a target could be connected to, one of them failed with a word, and
// the control connects there; where it did not try that address, it got the page, and the address is vouched for or
// is of a name that the site itself led to.
func unconnected(words ...measurement.Failure) func(*facts) bool {
	return func(f *facts) bool {
		if !f.pageMissing() {
			return false
		}
		// A redirect led to a name that was not written down.
		if f.failed == atTCP && f.page.HTTP.Redirects > 0 && slices.Contains(words, f.page.Failure) && f.controlGets() && !f.connectionFails(f.page.Failure) {
			return true
		}
		return f.anyProbe(func(r *measurement.Record) bool {
			if r.TCP == nil || !slices.Contains(words, r.Failure) || !f.counts(r) || f.connectedTo(r.Target) {
				return false
			}
			connects, tried := f.controlConnects(endpoint(r))
			return connects || !tried && f.controlGets() && (hostOf(r) != f.host || f.vouched(r.TCP.Address.Unmap()))
		})
	}
}

// connectionFails reports whether a connection that was written down failed with a word.
func (f *facts) connectionFails(word measurement.Failure) bool {
	return f.anyProbe(func(r *measurement.Record) bool { return r.TCP != nil && r.Failure == word })
}

// counts reports whether a failed connection says something about the other end. A probe without IPv6 cannot tell a
// blocked address of it from its own lack, nor one without a way to any network, of either family; so such a failure
// counts only beside a connection of that family that stood.
func (f *facts) counts(r *measurement.Record) bool {
	is4 := r.TCP.Address.Unmap().Is4()
	if is4 && r.Failure != measurement.FailureNetworkUnreach {
		return true
	}
	return f.anyProbe(func(other *measurement.Record) bool {
		return other.TCP != nil && other.Failure == "" && other.TCP.Address.Unmap().Is4() == is4
	})
}

// connectedTo reports whether a connection to a target stood, at an address that the page's resolver gave: what other
// resolvers knew does not help a reader.
func (f *facts) connectedTo(target string) bool {
	given := answersOf(f.path).public
	return f.anyProbe(func(r *measurement.Record) bool {
		return r.TCP != nil && r.Failure == "" && r.Target == target &&
			(hostOf(r) != f.host || len(given) == 0 || slices.Contains(given, r.TCP.Address.Unmap()))
	})
}

// controlConnects reports whether the control connected to an address, and whether it tried to.
func (f *facts) controlConnects(to netip.AddrPort) (connects, tried bool) {
	for _, r := range f.control {
		if r.TCP != nil && endpoint(r) == to {
			connects, tried = connects || r.Failure == "", true
		}
	}
	return connects, tried
}
