package demo

import (
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// Act is one thing that happens on the stage, and what analysis must make of it.
type Act struct {
	Title      string
	Begin, End time.Time
	Expect     Expectation
}

// Expectation is what must be concluded of an act. The zero Expectation is that nothing may be: the
// country is well, only we cannot see it.
type Expectation struct {
	Type  incident.Type
	Place incident.Place
	// Networks lists the AS numbers that must be named, for TypeNetwork; NetworkType, fixed or mobile, is
	// what they are, if they are of one type.
	Networks    []uint32
	NetworkType string
	// Service is the host name that must be named, for TypePlatform.
	Service string
}

// Nothing reports whether no incident may come of the act.
func (e Expectation) Nothing() bool { return e.Type == "" }

// concerns reports whether an incident's time touches the act's, and its place the act's, if it has one.
// An incident without an end goes on.
func (a *Act) concerns(i *incident.Incident) bool {
	if !a.Expect.Nothing() && a.Expect.Place.Country != i.Place.Country {
		return false
	}
	return i.Onset.Best.Before(a.End) && (i.End == nil || i.End.Best.After(a.Begin))
}

// matches reports whether an incident is what the act must be found as, but for its onset. An incident
// that names some of the networks is a part of the answer, and not enough.
func (e Expectation) matches(i *incident.Incident) bool {
	if i.State == incident.StateWithdrawn || i.Type != e.Type || !e.Place.Contains(i.Place) {
		return false
	}
	switch e.Type {
	case incident.TypeNetwork:
		return overlap(e.Networks, networksOf(i))
	case incident.TypePlatform:
		return overlap([]string{e.Service}, i.Services)
	case incident.TypeNationwide, incident.TypeRegional:
	}
	return i.Place == e.Place
}

// networksOf returns the AS numbers that an incident is about.
func networksOf(i *incident.Incident) []uint32 {
	if i.Place.ASN != 0 && !slices.Contains(i.Networks, i.Place.ASN) {
		return append([]uint32{i.Place.ASN}, i.Networks...)
	}
	return i.Networks
}

func overlap[T comparable](a, b []T) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}
