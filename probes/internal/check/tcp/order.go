package tcp

import (
	"context"
	"net/netip"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// maxAttempts is how many addresses of a target are tried: as many connections as a browser opens to one
// site. Large sites give out up to eight addresses, and the first six tell as much as all of them.
const maxAttempts = 6

// choose returns the addresses to try, the two families by turns, and whether the machine has a route to
// them. It passes over those without one as long as there are others: a machine without IPv6 says nothing
// about a target, and must not use up its attempts on finding that out.
func choose(ctx context.Context, v *check.Vantage, to []netip.AddrPort) (routed bool, chosen []netip.AddrPort) {
	var with, without []netip.AddrPort
	for _, address := range interleave(to) {
		switch {
		case v.Guard.Allow(address) != nil:
		case hasRoute(ctx, v, address):
			with = append(with, address)
		default:
			without = append(without, address)
		}
	}
	if len(with) > 0 {
		return true, with[:min(len(with), maxAttempts)]
	}
	return false, without[:min(len(without), maxAttempts)]
}

// hasRoute reports whether the machine knows a way to an address.
func hasRoute(ctx context.Context, v *check.Vantage, to netip.AddrPort) bool {
	return failure.Of(failure.Connect, v.Guard.Route(ctx, to)) != measurement.FailureNetworkUnreach
}

// interleave takes the families by turns, beginning with that of the first address, each in its order.
func interleave(to []netip.AddrPort) []netip.AddrPort {
	var families [2][]netip.AddrPort
	for _, address := range to {
		family := 0
		if address.Addr().Is4() != to[0].Addr().Is4() {
			family = 1
		}
		families[family] = append(families[family], address)
	}
	out := make([]netip.AddrPort, 0, len(to))
	for i := range max(len(families[0]), len(families[1])) {
		for _, family := range families {
			if i < len(family) {
				out = append(out, family[i])
			}
		}
	}
	return out
}
