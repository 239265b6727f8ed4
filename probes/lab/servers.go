package lab

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/netip"
	"net/url"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/lab/internal/border"
	"github.com/lamplight-net/lamplight/probes/lab/internal/names"
	"github.com/lamplight-net/lamplight/probes/lab/internal/site"
	"github.com/lamplight-net/lamplight/probes/lab/internal/world"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// premises are the lab's open sockets, and what a volunteer has to know of them.
type premises struct {
	servers   []func(context.Context) error // each serves until its context ends
	gateway   string                        // base URL of the border
	roots     *x509.CertPool
	anchors   map[string][]string // URLs by the country they stand in
	targets   map[string][]plan.Target
	resolvers map[uint32]resolver // by AS number
}

// resolver is a provider's.
type resolver struct {
	*names.Resolver
	address netip.AddrPort
	country string
}

// open opens every socket of the lab. They are served, and closed, by premises.servers.
func (l *Lab) open(ctx context.Context, gateway string) (*premises, error) {
	authority, err := site.NewAuthority()
	if err != nil {
		return nil, err
	}
	p := &premises{
		roots:     authority.Roots(),
		anchors:   make(map[string][]string),
		targets:   make(map[string][]plan.Target),
		resolvers: make(map[uint32]resolver),
	}
	if err := l.openSites(ctx, p, authority); err != nil {
		return nil, err
	}
	if err := l.openResolvers(ctx, p); err != nil {
		return nil, err
	}
	return p, l.openBorder(ctx, p, gateway)
}

func (l *Lab) openSites(ctx context.Context, p *premises, authority *site.Authority) error {
	for _, h := range world.Hosts() {
		listener, err := l.grid.Listen(ctx, h.Address)
		if err != nil {
			return fmt.Errorf("open %s: %w", h.Name, err)
		}
		page := page(h.Name)
		if h.Class == measurement.ClassAnchor {
			p.servers = append(p.servers, site.New(listener, page, l.log).Serve)
			p.anchors[h.Country] = append(p.anchors[h.Country], "http://"+listener.Addr().String()+"/")
			continue
		}
		certificate, err := authority.Certificate(h.Name)
		if err != nil {
			return err
		}
		p.servers = append(p.servers, site.NewEncrypted(listener, certificate, page, l.log).Serve)
		port := netip.MustParseAddrPort(listener.Addr().String()).Port()
		p.targets[h.Country] = append(p.targets[h.Country], plan.Target{
			URL: fmt.Sprintf("https://%s:%d/", h.Name, port), Class: h.Class,
		})
	}
	return nil
}

// page returns what a site shows.
func page(host string) string {
	return "<!doctype html><title>" + host + "</title><p>A site of the lab."
}

func (l *Lab) openResolvers(ctx context.Context, p *premises) error {
	zone := make(names.Zone)
	for _, h := range world.Hosts() {
		zone[h.Name] = h.Address
	}
	for _, n := range world.Networks() {
		if n.Probes == 0 {
			continue
		}
		socket, err := l.grid.ListenPacket(ctx, n.Resolver())
		if err != nil {
			return fmt.Errorf("open the resolver of %s: %w", n.Name, err)
		}
		r := names.NewResolver(zone)
		p.servers = append(p.servers, func(ctx context.Context) error { return r.Serve(ctx, socket) })
		p.resolvers[n.ASN] = resolver{
			Resolver: r, address: netip.MustParseAddrPort(socket.LocalAddr().String()), country: n.Country,
		}
	}
	return nil
}

func (l *Lab) openBorder(ctx context.Context, p *premises, gateway string) error {
	u, err := url.Parse(gateway)
	if err != nil {
		return fmt.Errorf("gateway: %w", err)
	}
	if address, err := netip.ParseAddrPort(u.Host); u.Scheme != "http" || err != nil || !address.Addr().IsLoopback() {
		return fmt.Errorf("gateway %q: the lab delivers to http on a loopback address only, as http://127.0.0.1:8080", gateway)
	}
	listener, err := l.border.Listen(ctx, world.Border())
	if err != nil {
		return fmt.Errorf("open the border: %w", err)
	}
	p.servers = append(p.servers, border.New(listener, u.Host, l.log).Serve)
	p.gateway = (&url.URL{Scheme: "http", Host: listener.Addr().String(), Path: u.Path}).String()
	return nil
}

// planOf returns what the volunteers of a network look at: the anchors and sites of their own country and
// those of Farland.
func (p *premises) planOf(n world.Network) plan.Plan {
	return plan.Plan{
		Version:   "lab-1",
		Domestic:  map[string][]string{n.Country: p.anchors[n.Country]},
		Foreign:   p.anchors[abroad],
		Targets:   append(p.targets[n.Country][:len(p.targets[n.Country]):len(p.targets[n.Country])], p.targets[abroad]...),
		Resolvers: []plan.Resolver{{Address: p.resolvers[n.ASN].address, Class: measurement.ResolverISP}},
		BeatEvery: beatEvery, TargetEvery: targetEvery,
	}
}
