package atlas

import (
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// controllers knows what became of the probes of each controller, wherever they are.
type controllers struct {
	probes map[string][]home // by controller, of the probes that were last connected to it
	losses map[string][]loss // by controller, in order of time once sorted
}

type home struct {
	country string
	asn     uint32
}

func (h home) in(p incident.Place) bool {
	return h.country == p.Country && (p.ASN == 0 || h.asn == p.ASN)
}

func (c *controllers) add(of home, controller string, losses []loss) {
	if c.probes == nil {
		c.probes, c.losses = make(map[string][]home), make(map[string][]loss)
	}
	c.probes[controller] = append(c.probes[controller], of)
	for _, l := range losses {
		c.losses[l.controller] = append(c.losses[l.controller], l)
	}
}

func (c *controllers) sort() {
	for _, of := range c.losses {
		slices.SortFunc(of, byTime)
	}
}

// blameless reports whether a controller kept its probes outside a place around a time. Where it has too few
// there, nobody can say, and it is not.
func (c *controllers) blameless(p incident.Place, controller string, at time.Time) bool {
	others := 0
	for _, h := range c.probes[controller] {
		if !h.in(p) {
			others++
		}
	}
	gone := make(map[uint32]bool)
	of := c.losses[controller]
	first, _ := slices.BinarySearchFunc(of, at.Add(-window), func(l loss, t time.Time) int { return l.at.Compare(t) })
	for _, l := range of[first:] {
		if l.at.Sub(at) > 2*window {
			break
		}
		if !l.home.in(p) {
			gone[l.probe] = true
		}
	}
	return others >= enoughElsewhere && float64(len(gone)) <= lostElsewhere*float64(others)
}
