package plan

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Resolver is a DNS server to ask directly.
type Resolver struct {
	Address netip.AddrPort       `json:"address"`
	Class   measurement.Resolver `json:"class"`
	// Transport is udp, tcp, dot or doh; empty means udp.
	Transport measurement.Transport `json:"transport"`
	// Name is what the certificate of a dot or doh resolver must be for: a host name or an IP address.
	Name string `json:"name"`
	// Path is where a doh resolver answers; empty means DefaultPath.
	Path string `json:"path"`
}

// DefaultPath is where doh resolvers answer that do not say otherwise (RFC 8484, section 4.1.1).
const DefaultPath = "/dns-query"

// MaxResolvers is how many resolvers a plan names: each way to ask the provider's and a public one, and one
// more. Every look asks all of them.
const MaxResolvers = 6

// WithDefaults returns the resolver with its transport and path filled in.
func (r Resolver) WithDefaults() Resolver {
	if r.Transport == "" {
		r.Transport = measurement.TransportUDP
	}
	if r.Transport == measurement.TransportDoH && r.Path == "" {
		r.Path = DefaultPath
	}
	return r
}

func (p Plan) validateResolvers() error {
	if len(p.Resolvers) > MaxResolvers {
		return fmt.Errorf("%d resolvers given, at most %d: every look asks all of them", len(p.Resolvers), MaxResolvers)
	}
	for i, r := range p.Resolvers {
		if !r.Address.IsValid() {
			return errors.New("resolvers: an address is missing: write it as 192.0.2.1:53")
		}
		if err := r.validate(); err != nil {
			return fmt.Errorf("resolvers: %s: %w", r.Address, err)
		}
		if slices.ContainsFunc(p.Resolvers[:i], func(before Resolver) bool {
			return before.Address == r.Address && before.Transport == r.Transport
		}) {
			return fmt.Errorf("resolvers: %s is given twice over %s: leave one out", r.Address, r.Transport)
		}
	}
	return p.validateWhoami()
}

func (r Resolver) validate() error {
	if r.Class != measurement.ResolverISP && r.Class != measurement.ResolverPublic {
		return fmt.Errorf("class %q is not isp or public", r.Class)
	}
	switch r.Transport {
	case measurement.TransportUDP, measurement.TransportTCP:
		if r.Name != "" {
			return fmt.Errorf("name %q is given, but %s shows no certificate: leave the name out, or make the transport dot or doh", r.Name, r.Transport)
		}
	case measurement.TransportDoT, measurement.TransportDoH:
		if !measurement.Host(r.Name) {
			return fmt.Errorf("name %q is not what a certificate can be for: give the resolver's host name, such as dns.example.net", r.Name)
		}
	case measurement.TransportSystem:
		return errors.New("transport system is the machine's own resolver, which is always asked: leave it out")
	default:
		return fmt.Errorf("transport %q is not udp, tcp, dot or doh", r.Transport)
	}
	if r.Transport != measurement.TransportDoH {
		if r.Path != "" {
			return fmt.Errorf("path %q is given, but only doh has one: leave it out", r.Path)
		}
		return nil
	}
	if !strings.HasPrefix(r.Path, "/") || len(r.Path) > 128 || strings.ContainsFunc(r.Path, notInPath) {
		return fmt.Errorf("path %q is not a path of at most 128 plain characters: write it as %s, without {?dns}", r.Path, DefaultPath)
	}
	return nil
}

// notInPath refuses all that would not be a path, or would be spelled otherwise on the way.
func notInPath(c rune) bool {
	letter := c|0x20 >= 'a' && c|0x20 <= 'z'
	return !letter && (c < '0' || c > '9') && !strings.ContainsRune("/-._~", c)
}

// validateWhoami checks the name whose TXT record says from which network a resolver asks, as "AS64500".
func (p Plan) validateWhoami() error {
	if p.Whoami == "" {
		return nil
	}
	if _, err := netip.ParseAddr(p.Whoami); err == nil || !measurement.Host(p.Whoami) {
		return fmt.Errorf("whoami %q is not a host name: give a name below a zone of yours, such as whoami.example.net, or leave it out", p.Whoami)
	}
	if reason := tells(p.Whoami, ""); reason != "" {
		return fmt.Errorf("whoami %q %s: give a name below a zone of yours, which answers with an AS number", p.Whoami, reason)
	}
	return nil
}
