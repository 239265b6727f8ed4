// Package blackout is the switch of the lab's pretend networks: servers that listen through a Grid hear
// nothing from the source prefixes that are cut, as if the cable were.
//
// A cut network meets silence, never an error: a connection attempt is not refused and not reset, its
// packets vanish, and the probe behind it has to find out by waiting. No privilege is needed, and no
// firewall rule of the machine is touched. It works on Linux and on IPv4 loopback addresses only.
package blackout

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
)

// maxCut bounds the prefixes cut at once: the kernel takes 4096 instructions a filter (BPF_MAXINSNS), and
// a prefix needs five. No pretend country has half as many.
const maxCut = 256

// Grid is a set of listening sockets with one switch. It is safe for concurrent use.
type Grid struct {
	cut atomic.Pointer[[]netip.Prefix]

	mu        sync.Mutex // guards listeners, and makes Cut and Listen take turns
	listeners map[*listener]struct{}
}

// NewGrid returns a grid on which nothing is cut.
func NewGrid() *Grid {
	g := &Grid{listeners: make(map[*listener]struct{})}
	g.cut.Store(new([]netip.Prefix))
	return g
}

// Cut makes every listener of the grid deaf to exactly these IPv4 prefixes; with none, all are heard
// again. Connections that a cut network already had fall silent as well, and stay so: a stream with a
// gap in it is of no use to anyone.
func (g *Grid) Cut(prefixes ...netip.Prefix) error {
	if len(prefixes) > maxCut {
		return fmt.Errorf("cut %d prefixes: at most %d", len(prefixes), maxCut)
	}
	cut := make([]netip.Prefix, len(prefixes))
	for i, p := range prefixes {
		if !p.IsValid() || !p.Addr().Is4() {
			return fmt.Errorf("cut %s: not an IPv4 prefix", p)
		}
		cut[i] = p.Masked()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.cut.Store(&cut)
	var errs []error
	for l := range g.listeners {
		errs = append(errs, l.steer(cut))
	}
	return errors.Join(errs...)
}

// isCut reports whether packets from this address vanish.
func (g *Grid) isCut(from net.Addr) bool {
	var ip netip.Addr
	switch a := from.(type) {
	case *net.TCPAddr:
		ip = a.AddrPort().Addr()
	case *net.UDPAddr:
		ip = a.AddrPort().Addr()
	default:
		return false
	}
	ip = ip.Unmap()
	return slices.ContainsFunc(*g.cut.Load(), func(p netip.Prefix) bool { return p.Contains(ip) })
}

// Listen opens a TCP listener on a free port of a loopback address.
func (g *Grid) Listen(ctx context.Context, on netip.Addr) (net.Listener, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	l, err := listenPair(ctx, on)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", on, err)
	}
	l.grid = g
	if err := l.steer(*g.cut.Load()); err != nil {
		return nil, errors.Join(err, l.closeSockets())
	}
	g.listeners[l] = struct{}{}
	return l, nil
}

// ListenPacket opens a UDP socket on a free port of a loopback address.
func (g *Grid) ListenPacket(ctx context.Context, on netip.Addr) (net.PacketConn, error) {
	var lc net.ListenConfig
	pc, err := lc.ListenPacket(ctx, "udp4", netip.AddrPortFrom(on, 0).String())
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", on, err)
	}
	return &packets{PacketConn: pc, grid: g}, nil
}

// forget takes a closed listener off the grid.
func (g *Grid) forget(l *listener) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.listeners, l)
}
