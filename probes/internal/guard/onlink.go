package guard

import (
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
	a = measurement.Embedded(a)
	for _, p := range n.nets {
		if p.Contains(a) {
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
