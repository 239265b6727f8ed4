package measurement

import (
	"net/netip"
	"strings"
)

// insideNames are the ends of names that networks use inside (RFC 6761, 6762, 7686 and 8375, and what ICANN has set aside or
// has found in wide use), which are somebody else's machine on every network.
var insideNames = []string{
	".local", ".localhost", ".internal", ".home.arpa", ".in-addr.arpa", ".ip6.arpa", ".lan", ".home",
	".corp", ".intranet", ".private", ".localdomain", ".onion", ".alt", ".invalid",
}

// Inside reports whether a host is an address or a name that no public site has.
func Inside(host string) bool {
	if address, err := netip.ParseAddr(host); err == nil {
		return AddressClassOf(address) != AddressPublic
	}
	host = "." + strings.ToLower(host)
	for _, end := range insideNames {
		if strings.HasSuffix(host, end) {
			return true
		}
	}
	return false
}
