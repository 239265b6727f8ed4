package measurement

import "net/netip"

// AddressClass says what kind of address an answer held.
type AddressClass string

// The address classes. Only public addresses are written out: a private one could be the
// volunteer's own router.
const (
	AddressPublic  AddressClass = "public"
	AddressPrivate AddressClass = "private" // RFC 1918, RFC 4193, CGNAT, link-local, loopback
	AddressBogon   AddressClass = "bogon"   // any other special-purpose range of RFC 6890
)

// AddressClasses lists every address class.
func AddressClasses() []AddressClass {
	return []AddressClass{AddressPublic, AddressPrivate, AddressBogon}
}

// privateRanges are the networks that a volunteer may be inside of.
var privateRanges = prefixes(
	"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", // RFC 1918
	"100.64.0.0/10",          // RFC 6598, carrier-grade NAT
	"127.0.0.0/8", "::1/128", // loopback
	"169.254.0.0/16",         // RFC 3927, link-local; cloud metadata lives here
	"fe80::/10", "fec0::/10", // RFC 4291, link-local; RFC 3879, site-local
	"fc00::/7",       // RFC 4193
	"64:ff9b:1::/48", // RFC 8215, NAT64 for local use
)

// specialRanges are the other entries of the IANA special-purpose registries (RFC 6890 and its
// successors) and multicast: no site that a probe is asked to look at lives there.
var specialRanges = prefixes(
	"0.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
	"192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20",
)

var (
	globalUnicast = netip.MustParsePrefix("2000::/3")     // RFC 4291: all that IANA has ever given out
	nat64         = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052: the IPv4 address is the last 32 bits
	sixToFour     = netip.MustParsePrefix("2002::/16")    // RFC 3056: the IPv4 address is bits 16 to 48
)

// AddressClassOf says what kind of address a is. An IPv6 address that stands for an IPv4 address is what that
// IPv4 address is.
func AddressClassOf(a netip.Addr) AddressClass {
	if !a.IsValid() || a.Zone() != "" {
		return AddressBogon
	}
	a = Embedded(a)
	switch {
	case within(a, privateRanges):
		return AddressPrivate
	case within(a, specialRanges), a.Is6() && !globalUnicast.Contains(a):
		return AddressBogon
	}
	return AddressPublic
}

// Embedded returns the IPv4 address that an IPv4-mapped, NAT64 or 6to4 address stands for, or a itself.
func Embedded(a netip.Addr) netip.Addr {
	a = a.Unmap()
	b := a.As16()
	switch {
	case nat64.Contains(a):
		return netip.AddrFrom4([4]byte(b[12:16]))
	case sixToFour.Contains(a):
		return netip.AddrFrom4([4]byte(b[2:6]))
	}
	return a
}

func within(a netip.Addr, ranges []netip.Prefix) bool {
	for _, p := range ranges {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

func prefixes(text ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(text))
	for i, t := range text {
		out[i] = netip.MustParsePrefix(t)
	}
	return out
}
