// Package scene plays one look at one site in a small internet that somebody censors, from a text that says what
// there is, what the censor does, and what must be seen.
//
// Everything runs in two network namespaces of one process: the volunteer's home, and all the rest. A line with a
// box on it joins them. The checks are those that volunteers run, with their guard and with public addresses;
// in the world outside these addresses are somebody's, whom no packet of a namespace reaches.
package scene

import (
	"net/netip"
	"time"

	"github.com/lamplight-net/lamplight/probes/lab/internal/censor"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Scene is what a text says.
type Scene struct {
	About   string
	Network string // the provider: fixed or mobile
	NoIPv6  bool   // the home has none
	Offline bool   // the home's line is unplugged
	// Delay is how long a packet takes on the line, in either direction.
	Delay time.Duration
	// Public are further addresses of the public resolver, beside its own.
	Public  []netip.Addr
	Sites   []Site
	Answers []Answer
	Censor  []censor.Rule
	Look    string // URL
	Want    Expectation
}

// Site is a site of the internet.
type Site struct {
	Name      string
	Addresses []netip.Addr
	Plain     bool // no TLS
	HTTP3     bool // says that it speaks HTTP/3, and shakes hands over it
	Title     string
	Bytes     int    // of its page, at least
	Redirect  string // URL that it leads to
	Rate      int    // bytes a second that it sends at most; 0 as many as it can
	Cert      string // good, expired, wrong-host, self-signed
	Page      string // in place of what it would show
	Status    int
	Down      bool // takes no connections
	Silent    bool // is not there at all
}

// Answer is what resolvers say of a name in place of the addresses of its site.
type Answer struct {
	Name      string
	Resolver  string // isp, public; empty is every one
	Rcode     int
	Silent    bool // does not answer at all
	Addresses []netip.Addr
}

// Expectation is what must be seen, and what must be said of it.
type Expectation struct {
	Records []Pattern
	Class   string
	How     []string
	Rules   []string // each must hold; others may
}

// Pattern fits records. Fields are named as in JSON, nested ones with dots.
type Pattern struct {
	Line   int
	Not    bool // no record may fit
	Kind   measurement.Kind
	Fields map[string]string
}

// Played is what was seen of a scene.
type Played struct {
	Probe   []measurement.Record `json:"probe"`
	Control []measurement.Record `json:"control"` // the same look with nobody on the line
}

// The base of every world.
var (
	homeFixed  = netip.MustParseAddr("77.10.0.10")
	homeMobile = netip.MustParseAddr("77.20.0.10")
	homeSix    = netip.MustParseAddr("2a0a:7710::10")

	// Fixed and Mobile are the providers' customers.
	Fixed  = []netip.Prefix{netip.MustParsePrefix("77.10.0.0/16"), netip.MustParsePrefix("2a0a:7710::/32")}
	Mobile = []netip.Prefix{netip.MustParsePrefix("77.20.0.0/16")}

	resolverISP    = netip.MustParseAddr("77.10.0.53")
	resolverPublic = netip.MustParseAddr("94.140.0.53")
)

const publicName = "dns.public.example"
