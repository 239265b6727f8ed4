package guard

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// neighborhood is the networks that the machine is itself a part of. Over IPv6 the devices of a household have
// global addresses, and some providers hand out public IPv4 networks: what is next door is not the internet,
// whatever range it is in.
type neighborhood struct {
	addresses func() ([]net.Addr, error)

	mu    sync.Mutex
	asked time.Time
	nets  []netip.Prefix
}

// fresh is how long an answer of the system holds. A machine that moved to another network dials at
// most that long by the rules of the last.
const fresh = 5 * time.Second

// A prefix shorter than these is a setting gone wrong, or a tunnel that takes everything: it would keep a probe
// from looking at anything.
const (
	widestIPv4 = 8
	widestIPv6 = 32
)

func newNeighborhood(addresses func() ([]net.Addr, error)) *neighborhood {
	return &neighborhood{addresses: addresses}
}

// holds reports whether a lies in one of the machine's own networks. When the system does not answer, what it
// said last holds.
func (n *neighborhood) holds(a netip.Addr) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if now := time.Now(); n.asked.IsZero() || now.Sub(n.asked) > fresh {
		if found, err := n.addresses(); err == nil {
			n.nets, n.asked = networks(found), now
		}
	}
	a = a.Unmap()
	stands := measurement.Embedded(a)
	for _, p := range n.nets {
		if p.Contains(a) || p.Contains(stands) {
			return true
		}
	}
	return false
}

// networks returns the networks that a machine's addresses are in, and of one that is too wide to be true the
// address alone.
func networks(addresses []net.Addr) []netip.Prefix {
	var out []netip.Prefix
	for _, address := range addresses {
		p, err := netip.ParsePrefix(address.String())
		if err != nil {
			continue
		}
		a := p.Addr().Unmap().WithZone("")
		bits := p.Bits()
		if p.Addr().Is4In6() {
			bits -= 96
		}
		if a.Is4() && bits < widestIPv4 || a.Is6() && bits < widestIPv6 {
			bits = a.BitLen()
		}
		out = append(out, netip.PrefixFrom(a, bits).Masked())
	}
	return out
}

// ownAddresses returns the machine's addresses with their networks. Android tells programs nothing of its interfaces
// (golang/go#40569): there they are the addresses that it would send from, each in a network of the usual size.
func ownAddresses() ([]net.Addr, error) {
	found, err := net.InterfaceAddrs()
	if err == nil {
		return found, nil
	}
	if found = sourceAddresses(); len(found) > 0 {
		return found, nil
	}
	return nil, err
}

// sourceAddresses asks the system from which addresses it would send. Nothing is sent: connecting a datagram socket only
// looks the way up, and the addresses are set aside for documentation (RFC 5737, RFC 3849).
func sourceAddresses() []net.Addr {
	var out []net.Addr
	for _, way := range []struct {
		network, to string
		bits        int
	}{{"udp4", "192.0.2.1:9", 24}, {"udp6", "[2001:db8::1]:9", 64}} {
		conn, err := new(net.Dialer).DialContext(context.Background(), way.network, way.to)
		if err != nil {
			continue
		}
		if from, err := netip.ParseAddrPort(conn.LocalAddr().String()); err == nil {
			ip := from.Addr().Unmap().AsSlice()
			out = append(out, &net.IPNet{IP: ip, Mask: net.CIDRMask(way.bits, 8*len(ip))})
		}
		conn.Close()
	}
	return out
}
