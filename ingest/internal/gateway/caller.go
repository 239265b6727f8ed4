package gateway

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// caller returns the address that a request came from, or an invalid one when it cannot be known. A
// request from a trusted proxy came from the last address in X-Forwarded-For that is not itself a trusted
// proxy: each proxy appends whom it heard from, so whatever stands before that is the sender's invention.
func caller(r *http.Request, trusted []netip.Prefix) netip.Addr {
	remote, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr := remote.Addr().Unmap().WithZone("")
	var forwarded []string
	for _, line := range r.Header.Values("X-Forwarded-For") {
		forwarded = append(forwarded, strings.Split(line, ",")...)
	}
	for _, hop := range slices.Backward(forwarded) {
		if !isTrusted(addr, trusted) {
			return addr
		}
		if addr, err = netip.ParseAddr(strings.TrimSpace(hop)); err != nil {
			return netip.Addr{}
		}
		addr = addr.Unmap().WithZone("")
	}
	return addr
}

func isTrusted(addr netip.Addr, trusted []netip.Prefix) bool {
	return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(addr) })
}
