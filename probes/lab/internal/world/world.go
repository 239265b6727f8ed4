// Package world is the lab's geography: three pretend countries with their networks and hosts, each at
// loopback addresses of its own.
//
// Country codes are of ISO 3166-1's user-assigned range (XA to XZ), AS numbers of the documentation and
// private ranges (RFC 5398, RFC 6996), host names below .example (RFC 2606): nothing here can be mistaken
// for a real place. The package is data; it opens no socket.
package world

import (
	"net/netip"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Prefix holds every address of the lab: 127.96.0.0 to 127.127.255.255.
var Prefix = netip.MustParsePrefix("127.96.0.0/11")

// Country is one pretend country.
type Country struct {
	Code string
	Name string
}

// Network is a provider with the people behind it, or a hosting network with none. Networks are /16s.
type Network struct {
	Prefix  netip.Prefix
	Country string
	ASN     uint32
	Name    string
	Type    measurement.NetworkType
	// Probes is how many volunteers it has.
	Probes int
}

// Resolver returns the address of the provider's resolver.
func (n Network) Resolver() netip.Addr { return n.address(0, 53) }

// Probe returns the address of volunteer i, from 0.
func (n Network) Probe(i int) netip.Addr { return n.address(1, byte(i+1)) }

func (n Network) address(third, fourth byte) netip.Addr {
	b := n.Prefix.Addr().As4()
	b[2], b[3] = third, fourth
	return netip.AddrFrom4(b)
}

// Host is a server that probes look at. An anchor is plain HTTP and looked at by address, so that a
// resolver's lie never passes for a country in the dark; everything else is HTTPS and looked at by name.
type Host struct {
	Name    string
	Address netip.Addr
	Class   measurement.Class
	// Country is where it stands.
	Country string
}

// Countries returns the pretend countries: the one that the story is about, its neighbor, and one far
// away that only has servers.
func Countries() []Country {
	return []Country{{"XL", "Lampland"}, {"XM", "Moorland"}, {"XF", "Farland"}}
}

// Networks returns every network of the lab.
func Networks() []Network {
	const fixed, mobile, unknown = measurement.NetworkFixed, measurement.NetworkMobile, measurement.NetworkUnknown
	return []Network{
		{slash16(101), "XL", 64501, "Lampland Mobile", mobile, 12},
		{slash16(102), "XL", 64502, "Lantern Wireless", mobile, 10},
		{slash16(103), "XL", 64503, "Lampland Telecom", fixed, 10},
		{slash16(104), "XL", 64504, "Candle Cable", fixed, 8},
		{slash16(105), "XL", 64505, "University of Lampland", fixed, 5},
		{slash16(111), "XM", 64511, "Moorland Telecom", fixed, 9},
		{slash16(112), "XM", 64512, "Heather Mobile", mobile, 6},
		{slash16(120), "XL", 64520, "Lampland Hosting", unknown, 0},
		{slash16(121), "XM", 64521, "Moorland Hosting", unknown, 0},
		{slash16(122), "XF", 64522, "Farland Exchange", unknown, 0},
	}
}

// Hosts returns every server that probes look at. Each country has anchors and sites of its own; the
// services that people talk through stand in Farland.
func Hosts() []Host {
	const anchor, service = measurement.ClassAnchor, measurement.ClassService
	return []Host{
		{"anchor-1.lampland.example", at(120, 1), anchor, "XL"},
		{"anchor-2.lampland.example", at(120, 2), anchor, "XL"},
		{"anchor-1.moorland.example", at(121, 1), anchor, "XM"},
		{"anchor-2.moorland.example", at(121, 2), anchor, "XM"},
		{"anchor-1.farland.example", at(122, 1), anchor, "XF"},
		{"anchor-2.farland.example", at(122, 2), anchor, "XF"},
		{"news.lampland.example", at(120, 10), measurement.ClassDomestic, "XL"},
		{"news.moorland.example", at(121, 10), measurement.ClassDomestic, "XM"},
		{"encyclopedia.example", at(122, 10), measurement.ClassForeign, "XF"},
		{"chat.example", at(122, 20), service, "XF"},
		{"video.example", at(122, 21), service, "XF"},
	}
}

// Border is the address at which probes find the gateway.
func Border() netip.Addr { return at(122, 99) }

// Conductor returns the address from which the lab itself looks at its servers. It is in no network with
// people, and nothing is ever done to it.
func Conductor() netip.AddrPort { return netip.AddrPortFrom(at(122, 98), 0) }

func slash16(second byte) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{127, second, 0, 0}), 16)
}

func at(second, fourth byte) netip.Addr { return netip.AddrFrom4([4]byte{127, second, 0, fourth}) }
