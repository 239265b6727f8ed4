// Package guard decides which addresses a probe may connect to.
//
// A target list, a DNS answer or a redirect must never turn a volunteer's machine against the
// volunteer's own network. The decision is made on the address that the kernel is about to connect to
// (net.Dialer.ControlContext), after every name, redirect and textual form has been resolved, so there
// is nothing left to disguise it with. The package refuses private and special-purpose ranges, in every
// way IPv6 can spell them, the networks that the machine is itself a part of, and ports that no check uses. It
// has no list of exceptions.
package guard

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"

	"github.com/lamplight-net/lamplight/probes/internal/meter"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// ErrRefused says that the guard did not let a connection begin: nothing was sent.
var ErrRefused = errors.New("address is not one that a probe may connect to")

// Guard dials for checks, and refuses.
type Guard struct {
	lab    netip.Prefix // zero outside the lab
	source netip.Addr   // zero: the system chooses
	near   *neighborhood
	// begun is told of every connection that is about to begin, and may stop it; nil but in tests, which must
	// not connect to whatever they made up.
	begun func(netip.AddrPort) error
	may   func(netip.AddrPort) bool // nil: nobody is asked
	meter *meter.Meter              // nil: nothing is counted
}

// New returns the guard that volunteers run: public addresses only, on the ports of the web and of DNS.
func New() *Guard { return &Guard{near: newNeighborhood(ownAddresses)} }

// ForLab returns the guard of a pretend country on one machine: it lets a probe connect, on any port, to
// the loopback addresses within lab and to nothing else, and makes it come from source. It fails unless
// lab lies within 127.0.0.0/8 and holds source.
func ForLab(lab netip.Prefix, source netip.Addr) (*Guard, error) {
	loopback := netip.MustParsePrefix("127.0.0.0/8")
	if !lab.IsValid() || lab.Bits() < loopback.Bits() || !loopback.Contains(lab.Addr()) {
		return nil, fmt.Errorf("lab prefix %s is not within %s", lab, loopback)
	}
	if !lab.Contains(source) {
		return nil, fmt.Errorf("lab source address %s is not within %s", source, lab)
	}
	return &Guard{lab: lab.Masked(), source: source}, nil
}

// Class says what kind of address a is. An address of the machine's own networks is private, whatever its
// range, so that no record writes it out. To a lab's probe the lab's own addresses are the public internet.
func (g *Guard) Class(a netip.Addr) measurement.AddressClass {
	if g.lab.IsValid() && g.lab.Contains(a) {
		return measurement.AddressPublic
	}
	class := measurement.AddressClassOf(a)
	if class == measurement.AddressPublic && g.near != nil && g.near.holds(a) {
		return measurement.AddressPrivate
	}
	return class
}

// Allow returns ErrRefused unless a check may connect to the address and port.
func (g *Guard) Allow(to netip.AddrPort) error {
	if g.lab.IsValid() {
		if g.lab.Contains(to.Addr()) {
			return nil
		}
		return ErrRefused
	}
	if g.Class(to.Addr()) != measurement.AddressPublic {
		return ErrRefused
	}
	switch to.Port() {
	case 53, 80, 443, 853:
		return nil
	}
	return ErrRefused
}

// Dial connects a check to an address; network is "tcp" or "udp". It takes no names, so nothing is
// resolved behind a check's back.
func (g *Guard) Dial(ctx context.Context, network string, to netip.AddrPort) (net.Conn, error) {
	d := g.dialer(network)
	d.ControlContext = func(_ context.Context, _, address string, _ syscall.RawConn) error {
		actual, err := netip.ParseAddrPort(address)
		if err != nil {
			return ErrRefused
		}
		switch err := g.Allow(actual); {
		case err != nil:
			return err
		case g.may != nil && !g.may(actual):
			return ErrRefused
		case g.begun != nil:
			return g.begun(actual)
		}
		return nil
	}
	return g.counted(d.DialContext(ctx, network, to.String()))
}

// Route looks up the machine's way to an address, and sends nothing: connecting a datagram socket does no more. It asks
// nobody. It fails as Dial would where there is no way.
func (g *Guard) Route(ctx context.Context, to netip.AddrPort) error {
	conn, err := g.Asking(nil).Dial(ctx, "udp", to)
	if err == nil {
		conn.Close()
	}
	return err
}

// Asking returns the same guard, which asks may of every connection that it would let a check begin.
func (g *Guard) Asking(may func(netip.AddrPort) bool) *Guard {
	asking := *g
	asking.may = may
	return &asking
}

// DialGateway connects to the gateway, whose address the volunteer chose and no list or server can
// change: no range is refused. It comes from the same source address as the checks, because that is what
// the gateway locates.
func (g *Guard) DialGateway(ctx context.Context, network, address string) (net.Conn, error) {
	return g.counted(g.dialer(network).DialContext(ctx, network, address))
}

func (g *Guard) dialer(network string) *net.Dialer {
	d := &net.Dialer{KeepAlive: -1}
	if !g.source.IsValid() {
		return d
	}
	from := netip.AddrPortFrom(g.source, 0)
	if network == "udp" {
		d.LocalAddr = net.UDPAddrFromAddrPort(from)
	} else {
		d.LocalAddr = net.TCPAddrFromAddrPort(from)
	}
	return d
}
