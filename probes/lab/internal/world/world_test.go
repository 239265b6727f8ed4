package world

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Nothing in the lab can be mistaken for a real place, and nothing of it stands outside its prefix.
func TestNothingIsReal(t *testing.T) {
	var codes []string
	for _, c := range Countries() {
		codes = append(codes, c.Code)
		if len(c.Code) != 2 || c.Code[0] != 'X' || c.Code == "XK" { // XK is Kosovo in practice
			t.Errorf("%s is not a free user-assigned code", c.Code)
		}
	}
	for _, n := range Networks() {
		if !slices.Contains(codes, n.Country) {
			t.Errorf("%s is in no country", n.Name)
		}
		if n.ASN < 64496 || n.ASN > 65534 {
			t.Errorf("AS%d is not of RFC 5398 or RFC 6996", n.ASN)
		}
		if !Prefix.Contains(n.Prefix.Addr()) || n.Prefix.Bits() != 16 {
			t.Errorf("%s is not a /16 of the lab", n.Prefix)
		}
	}
	for _, h := range Hosts() {
		if !strings.HasSuffix(h.Name, ".example") {
			t.Errorf("%s is not below .example", h.Name)
		}
	}
}

// An address belongs to one machine, and every machine stands in a network of its own country.
func TestAddresses(t *testing.T) {
	taken := make(map[netip.Addr]bool)
	take := func(a netip.Addr, country string) {
		t.Helper()
		if taken[a] {
			t.Errorf("%s is taken twice", a)
		}
		taken[a] = true
		home := func(n Network) bool { return n.Prefix.Contains(a) && (country == "" || n.Country == country) }
		if !slices.ContainsFunc(Networks(), home) {
			t.Errorf("%s lies in no network of %s", a, country)
		}
	}
	for _, n := range Networks() {
		take(n.Resolver(), n.Country)
		for i := range n.Probes {
			take(n.Probe(i), n.Country)
		}
	}
	for _, h := range Hosts() {
		take(h.Address, h.Country)
	}
	take(Border(), "")
}

// No published cell rests on fewer than five probes; a country needs two anchors on either side to tell
// an anchor's trouble from its own.
func TestEnoughToSee(t *testing.T) {
	probes, anchors := make(map[string]int), make(map[string]int)
	for _, n := range Networks() {
		probes[n.Country] += n.Probes
		if n.Probes > 0 && n.Probes < 5 {
			t.Errorf("%s has %d probes", n.Name, n.Probes)
		}
	}
	for _, h := range Hosts() {
		if h.Class == measurement.ClassAnchor {
			anchors[h.Country]++
		}
	}
	if probes["XL"] < 40 || probes["XM"] < 10 {
		t.Errorf("probes: %v", probes)
	}
	for _, c := range Countries() {
		if anchors[c.Code] < 2 {
			t.Errorf("%s has %d anchors", c.Name, anchors[c.Code])
		}
	}
}
