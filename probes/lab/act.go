package lab

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/probes/lab/internal/names"
	"github.com/lamplight-net/lamplight/probes/lab/internal/script"
	"github.com/lamplight-net/lamplight/probes/lab/internal/world"
)

// Act is one thing that happens in the lab, in its time. A gateway that is away has no country.
type Act struct {
	Title      string
	Begin, End time.Time // UTC
	Country    string    // where something is done to the network
	// Networks are the AS numbers cut off; Whole is true when they are all that have probes.
	Networks []uint32
	Whole    bool
	// Service is the host name that resolvers lie about.
	Service string
}

// effect is what an act switches on: source prefixes that nothing passes from, the same at the border
// alone, and what the resolvers of one country lie about.
type effect struct {
	cut, cutBorder []netip.Prefix
	liars          string
	lies           map[string]names.Lie
}

// resolve says what a scripted act is in this world. It fails on a place or host that is not in it.
func resolve(a script.Act, begin time.Time) (Act, effect, error) {
	act := Act{Title: a.Title, Begin: begin.Add(a.From), End: begin.Add(a.To)}
	switch deed := a.Deed.(type) {
	case script.Dark:
		act.Country, act.Whole = deed.Country, true
		var cut []netip.Prefix
		for _, n := range world.Networks() {
			if n.Country != deed.Country || n.Probes == 0 {
				continue
			}
			if deed.Type != "" && n.Type != deed.Type {
				act.Whole = false
				continue
			}
			act.Networks = append(act.Networks, n.ASN)
			cut = append(cut, n.Prefix)
		}
		if cut == nil {
			return act, effect{}, fmt.Errorf("act %q: no network of %s has probes", a.Title, deed.Country)
		}
		return act, effect{cut: cut, cutBorder: cut}, nil
	case script.Block:
		act.Country, act.Service = deed.Country, deed.Host
		if !inhabited(deed.Country) {
			return act, effect{}, fmt.Errorf("act %q: no network of %s has probes", a.Title, deed.Country)
		}
		if !slices.ContainsFunc(world.Hosts(), func(h world.Host) bool { return h.Name == deed.Host }) {
			return act, effect{}, fmt.Errorf("act %q: the lab has no host %s", a.Title, deed.Host)
		}
		return act, effect{liars: deed.Country, lies: map[string]names.Lie{deed.Host: deed.By}}, nil
	case script.GatewayAway:
		return act, effect{cutBorder: []netip.Prefix{world.Prefix}}, nil
	}
	return act, effect{}, errors.New("act without a deed")
}

func inhabited(country string) bool {
	return slices.ContainsFunc(world.Networks(), func(n world.Network) bool {
		return n.Country == country && n.Probes > 0
	})
}
