package guard

import (
	"errors"
	"net"
	"net/netip"
	"testing"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

func addresses(cidrs ...string) func() ([]net.Addr, error) {
	return func() ([]net.Addr, error) {
		var out []net.Addr
		for _, cidr := range cidrs {
			ip, network, err := net.ParseCIDR(cidr)
			if err != nil {
				return nil, err
			}
			out = append(out, &net.IPNet{IP: ip, Mask: network.Mask})
		}
		return out, nil
	}
}

// What is next door is refused, and its address never written out, although it has a public one.
func TestOwnNetworksAreRefused(t *testing.T) {
	g := &Guard{near: newNeighborhood(addresses("2a02:1234:5678:9abc::17/64", "198.41.0.17/24", "192.168.1.7/24", "9.9.9.9/0", "2002:808:808:1::17/64"))}
	for address, want := range map[string]measurement.AddressClass{
		"2a02:1234:5678:9abc::1":    measurement.AddressPrivate,
		"2a02:1234:5678:9abd::1":    measurement.AddressPublic,
		"198.41.0.1":                measurement.AddressPrivate,
		"::ffff:198.41.0.1":         measurement.AddressPrivate,
		"198.41.1.1":                measurement.AddressPublic,
		"9.9.9.9":                   measurement.AddressPrivate, // the machine's own
		"9.9.9.8":                   measurement.AddressPublic,  // a network of everything is none
		"64:ff9b::198.41.0.1":       measurement.AddressPrivate, // the same by NAT64
		"2002:c629:0001::1":         measurement.AddressPrivate, // and by 6to4
		"2002:808:808:1::1":         measurement.AddressPrivate, // the machine's own network, which is one of 6to4
		"2002:808:808:2::1":         measurement.AddressPublic,
		"2606:4700:4700::1111":      measurement.AddressPublic,
		"192.168.1.1":               measurement.AddressPrivate,
		"2a02:1234:5678:9abc::1%lo": measurement.AddressBogon,
	} {
		a := netip.MustParseAddr(address)
		if got := g.Class(a); got != want {
			t.Errorf("%s is %s, want %s", address, got, want)
		}
		if allowed := g.Allow(netip.AddrPortFrom(a, 443)) == nil; allowed != (want == measurement.AddressPublic) {
			t.Errorf("%s: allowed is %v", address, allowed)
		}
	}
}

// A system that does not answer once does not open the door.
func TestLastKnownNetworksHold(t *testing.T) {
	answers := addresses("198.41.0.17/24")
	near := newNeighborhood(func() ([]net.Addr, error) { return answers() })
	if !near.holds(netip.MustParseAddr("198.41.0.1")) {
		t.Fatal("the own network is not known")
	}
	answers = func() ([]net.Addr, error) { return nil, errors.New("no") }
	near.asked = near.asked.Add(-2 * fresh)
	if !near.holds(netip.MustParseAddr("198.41.0.1")) {
		t.Error("the own network was forgotten")
	}
}
