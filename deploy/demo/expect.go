package demo

import (
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// Happening is what is done to the network on the stage. It says nothing of what analysis should make of it.
type Happening struct {
	Title      string
	Begin, End time.Time
	Country    string   // where; empty when only our own gateway is away
	Networks   []uint32 // AS numbers cut off
	Whole      bool     // they are all that have probes
	Service    string   // host name that resolvers lie about
}

// Acts says what must be concluded of each happening. Types are the types of networks, mobile or fixed, by AS
// number.
func Acts(happenings []Happening, types map[uint32]string) []Act {
	var acts []Act
	for _, h := range happenings {
		acts = append(acts, Act{Title: h.Title, Begin: h.Begin, End: h.End, Expect: expect(h, types)})
	}
	return acts
}

func expect(h Happening, types map[uint32]string) Expectation {
	place := incident.Place{Country: h.Country}
	switch {
	case h.Country == "":
		return Expectation{}
	case h.Service != "":
		return Expectation{Type: incident.TypePlatform, Place: place, Service: h.Service}
	case h.Whole:
		return Expectation{Type: incident.TypeNationwide, Place: place}
	}
	return Expectation{Type: incident.TypeNetwork, Place: place, Networks: h.Networks, NetworkType: commonType(h.Networks, types)}
}

// commonType returns the type that all of these networks have, or nothing.
func commonType(asns []uint32, types map[uint32]string) string {
	var found []string
	for _, asn := range asns {
		found = append(found, types[asn])
	}
	slices.Sort(found)
	if found = slices.Compact(found); len(found) != 1 {
		return ""
	}
	return found[0]
}
