// Package censor is what a state puts on its providers' lines, as far as is known from those who measured it: it
// answers for resolvers, breaks off what names the wrong site, leads elsewhere, slows down, or lets nothing through.
//
// It is made of rules, the first of which that has something to say about a packet decides. It looks at one
// packet at a time, and remembers nothing of a connection but where it was led to and what was said to be
// dropped, as the machines do that it stands for.
package censor

import (
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/probes/lab/internal/wire"
)

// Rule says what becomes of a packet; false when it has nothing to say about it. outward is true for what the
// volunteer sends.
type Rule func(p *wire.Packet, outward bool) (wire.Fate, bool)

// Censor is a box of rules.
type Censor struct{ rules []Rule }

// New returns a censor with rules, which may be none.
func New(rules ...Rule) *Censor { return &Censor{rules: rules} }

// Handle implements wire.Box.
func (c *Censor) Handle(p *wire.Packet, outward bool) wire.Fate {
	for _, rule := range c.rules {
		if fate, ok := rule(p, outward); ok {
			return fate
		}
	}
	return wire.Fate{}
}

var dropped = wire.Fate{Drop: true}

// From returns a rule for one provider's customers, whose addresses lie in the prefixes.
func From(prefixes []netip.Prefix, rule Rule) Rule {
	return func(p *wire.Packet, outward bool) (wire.Fate, bool) {
		inside := p.To.Addr()
		if outward {
			inside = p.From.Addr()
		}
		if !contains(prefixes, inside) {
			return wire.Fate{}, false
		}
		return rule(p, outward)
	}
}

// Cut lets nothing through.
func Cut() Rule {
	return func(*wire.Packet, bool) (wire.Fate, bool) { return dropped, true }
}

// OnlyTo lets nothing through but to and from the prefixes, as where only a country's own sites are left.
func OnlyTo(prefixes []netip.Prefix) Rule {
	return func(p *wire.Packet, outward bool) (wire.Fate, bool) {
		return dropped, !contains(prefixes, outside(p, outward).Addr())
	}
}

// Blackhole drops what goes to an address, on every port where port is 0.
func Blackhole(to netip.Addr, port uint16) Rule {
	return func(p *wire.Packet, outward bool) (wire.Fate, bool) {
		return dropped, outward && p.To.Addr() == to && (port == 0 || p.To.Port() == port)
	}
}

// Refuse answers for an address that it takes no connections.
func Refuse(to netip.Addr, port uint16) Rule {
	return func(p *wire.Packet, outward bool) (wire.Fate, bool) {
		if !outward || p.To.Addr() != to || port != 0 && p.To.Port() != port || !p.Opens() {
			return wire.Fate{}, false
		}
		return wire.Fate{Drop: true, In: []*wire.Packet{p.Reset()}}, true
	}
}

// Port drops everything to a port, over UDP or TCP: QUIC is UDP 443, DNS over TLS is TCP 853.
func Port(udp bool, port uint16) Rule {
	return func(p *wire.Packet, outward bool) (wire.Fate, bool) {
		return dropped, outward && p.UDP == udp && p.To.Port() == port
	}
}

// Way is how a connection that names the wrong site is ended.
type Way int

// The ways. HangUp pretends that the site closed the connection.
const (
	Reset Way = iota
	Drop
	HangUp
)

// ServerName ends connections whose TLS hello names a site or a name below it.
func ServerName(name string, way Way) Rule {
	return end(way, func(p *wire.Packet) bool { return below(p.ServerName(), name) })
}

// Host ends connections whose HTTP request names a site or a name below it.
func Host(name string, way Way) Rule {
	return end(way, func(p *wire.Packet) bool { return below(p.Host(), name) })
}

// end ends the connections of which a packet matches, and keeps them ended: what is sent again, and what the site
// sends, is dropped too.
func end(way Way, matches func(*wire.Packet) bool) Rule {
	var ended flows
	return func(p *wire.Packet, outward bool) (wire.Fate, bool) {
		if ended.has(p, outward) {
			return dropped, true
		}
		if !outward || !matches(p) {
			return wire.Fate{}, false
		}
		ended.add(p)
		switch way {
		case Reset:
			return wire.Fate{Drop: true, In: []*wire.Packet{p.Reset()}, Out: []*wire.Packet{p.ResetOn()}}, true
		case HangUp:
			return wire.Fate{Drop: true, In: []*wire.Packet{p.Say(nil)}}, true
		case Drop:
		}
		return dropped, true
	}
}

// Page answers requests for a site, or a name below it, in its place.
func Page(name, answer string) Rule {
	var ended flows
	return func(p *wire.Packet, outward bool) (wire.Fate, bool) {
		if ended.has(p, outward) {
			return dropped, true
		}
		if !outward || !below(p.Host(), name) {
			return wire.Fate{}, false
		}
		ended.add(p)
		return wire.Fate{Drop: true, In: []*wire.Packet{p.Say([]byte(answer))}, Out: []*wire.Packet{p.ResetOn()}}, true
	}
}

// Hijack leads connections to a port elsewhere: of one address, or of every one where of is the zero address.
func Hijack(of netip.Addr, port uint16, to netip.AddrPort) Rule {
	var led translations
	return func(p *wire.Packet, outward bool) (wire.Fate, bool) {
		if outward {
			if p.UDP || p.To.Port() != port || of.IsValid() && p.To.Addr() != of || p.To.Addr().Is4() != to.Addr().Is4() || p.To.Addr() == to.Addr() {
				return wire.Fate{}, false
			}
			led.note(p.From, p.To)
			return wire.Fate{Instead: p.Readdressed(p.From, to)}, true
		}
		was, ok := led.of(p.To)
		if !ok || p.From != to {
			return wire.Fate{}, false
		}
		return wire.Fate{Instead: p.Readdressed(was, p.To)}, true
	}
}

// Throttle lets so many bytes a second through of what an address sends, all its connections together.
func Throttle(of netip.Addr, bytesPerSecond int) Rule {
	var mu sync.Mutex
	var free time.Time
	return func(p *wire.Packet, outward bool) (wire.Fate, bool) {
		if outward || p.From.Addr() != of {
			return wire.Fate{}, false
		}
		mu.Lock()
		defer mu.Unlock()
		now := time.Now()
		if free.Before(now) {
			free = now
		}
		free = free.Add(time.Duration(len(p.Payload)) * time.Second / time.Duration(bytesPerSecond))
		return wire.Fate{Later: free.Sub(now)}, true
	}
}

func outside(p *wire.Packet, outward bool) netip.AddrPort {
	if outward {
		return p.To
	}
	return p.From
}

func contains(prefixes []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(prefixes, func(p netip.Prefix) bool { return p.Contains(a) })
}

// below reports whether a host is a site or a name below it.
func below(host, site string) bool {
	return host == site || strings.HasSuffix(host, "."+site)
}
