package scene

import (
	"fmt"
	"net/netip"
	"time"
)

// sitesPerAddress is how many sites of a crowd share an address, as on the machines of hosting companies.
const sitesPerAddress = 10

// MaxCrowd bounds a crowd: each site has a certificate, each ten an address.
const MaxCrowd = 10_000

// Crowd returns a scene of many sites with nobody on the line, on which a packet takes half of rtt either way. The
// resolver that every probe is built with is there too.
func Crowd(sites int, rtt time.Duration) *Scene {
	s := &Scene{Network: "fixed", Delay: rtt / 2, Public: []netip.Addr{netip.MustParseAddr("8.8.8.8")}}
	for i := range sites {
		at := i / sitesPerAddress
		s.Sites = append(s.Sites, Site{
			Name: fmt.Sprintf("site%04d.example", i), Addresses: []netip.Addr{netip.AddrFrom4([4]byte{151, byte(100 + at/250), byte(at % 250), 10})},
			Title: fmt.Sprintf("Site %d", i), Bytes: 30_000, Cert: "good", Status: 200,
		})
	}
	// Nobody listens there but a relay.
	s.Sites = append(s.Sites, Site{Name: GatewayName, Addresses: []netip.Addr{GatewayAddress.Addr()}, Cert: "good", Down: true})
	return s
}

// GatewayName is the name of a crowd's gateway.
const GatewayName = "gateway.example"

// GatewayAddress is where a crowd's gateway may be led to.
var GatewayAddress = netip.MustParseAddrPort("151.99.0.10:443")

// URLs returns the address of the page of every site that is up.
func (s *Scene) URLs() []string {
	var out []string
	for i := range s.Sites {
		if !s.Sites[i].Down {
			out = append(out, "https://"+s.Sites[i].Name+"/")
		}
	}
	return out
}
