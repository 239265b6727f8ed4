package censor

import (
	"sync"

	"github.com/lamplight-net/lamplight/probes/lab/internal/wire"
)

// maxHellos bounds how many hellos a rule puts together at a time.
const maxHellos = 64

// QUICName drops QUIC connections whose hello names a site or a name below it, from the packet on that makes the name
// known. It opens the first packets, as anybody can, and puts the hello together.
func QUICName(name string) Rule {
	var ended flows
	var mu sync.Mutex
	hellos := map[flow]*wire.Hello{}
	return func(p *wire.Packet, outward bool) (wire.Fate, bool) {
		if ended.has(p, outward) {
			return dropped, true
		}
		if !outward || p.To.Port() != 443 {
			return wire.Fate{}, false
		}
		pieces := p.Initial()
		if len(pieces) == 0 {
			return wire.Fate{}, false
		}
		mu.Lock()
		defer mu.Unlock()
		at := flow{p.From, p.To}
		if hellos[at] == nil {
			if len(hellos) >= maxHellos {
				clear(hellos)
			}
			hellos[at] = &wire.Hello{}
		}
		hellos[at].Add(pieces)
		if !below(hellos[at].ServerName(), name) {
			return wire.Fate{}, false
		}
		delete(hellos, at)
		ended.add(p)
		return dropped, true
	}
}
