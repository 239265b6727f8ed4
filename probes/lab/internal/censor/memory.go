package censor

import (
	"net/netip"
	"sync"

	"github.com/lamplight-net/lamplight/probes/lab/internal/wire"
)

// maxRemembered bounds what a rule remembers; a scene has a few dozen connections.
const maxRemembered = 1 << 14

// flow is a connection, the volunteer's end first.
type flow struct{ inner, outer netip.AddrPort }

// flows are connections that are to be dropped.
type flows struct {
	mu  sync.Mutex
	all map[flow]bool
}

func (f *flows) add(p *wire.Packet) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.all == nil || len(f.all) >= maxRemembered {
		f.all = make(map[flow]bool)
	}
	f.all[flow{p.From, p.To}] = true
}

func (f *flows) has(p *wire.Packet, outward bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if outward {
		return f.all[flow{p.From, p.To}]
	}
	return f.all[flow{p.To, p.From}]
}

// translations are where connections were going before they were led elsewhere, by the volunteer's end.
type translations struct {
	mu  sync.Mutex
	all map[netip.AddrPort]netip.AddrPort
}

func (t *translations) note(inner, was netip.AddrPort) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all == nil || len(t.all) >= maxRemembered {
		t.all = make(map[netip.AddrPort]netip.AddrPort)
	}
	t.all[inner] = was
}

func (t *translations) of(inner netip.AddrPort) (netip.AddrPort, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	was, ok := t.all[inner]
	return was, ok
}
