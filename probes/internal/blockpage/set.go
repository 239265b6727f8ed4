package blockpage

import (
	"net/http"
	"net/netip"
	"slices"
)

// Set is the fingerprints that a probe knows. The nil set knows none.
type Set struct {
	prints    []Fingerprint
	addresses map[netip.Addr]string
	headers   []int // fingerprints of headers
	bodies    []int // of bodies, those aside that phrases finds
	phrases   phrases
}

// New returns the set of all fingerprints given. Where an answer matches several, the surest speaks, and among
// equally sure ones the one that was given first.
func New(lists ...[]Fingerprint) *Set {
	s := &Set{addresses: map[netip.Addr]string{}}
	for confidence := maxConfidence; confidence >= 0; confidence-- {
		for _, list := range lists {
			for _, f := range list {
				if f.confidence == confidence {
					s.prints = append(s.prints, f)
				}
			}
		}
	}
	for i, f := range s.prints {
		switch {
		case f.place == placeDNS:
			if _, known := s.addresses[f.address]; !known && !f.mistaken && f.address.IsValid() {
				s.addresses[f.address] = f.ID
			}
		case f.place == placeHeader:
			s.headers = append(s.headers, i)
		case f.kind == kindContains:
			s.phrases.add(f.pattern, i)
		default:
			s.bodies = append(s.bodies, i)
		}
	}
	return s
}

// Address returns the id of the block page that lives at an address, or "".
func (s *Set) Address(a netip.Addr) string {
	if s == nil {
		return ""
	}
	return s.addresses[a.Unmap()]
}

// Answer returns the id of the block page that an answer is, or "". An answer that is known to be mistaken for
// a block page is none, whatever else it matches.
func (s *Set) Answer(header http.Header, body []byte) string {
	if s == nil {
		return ""
	}
	var matched []int
	for _, i := range s.headers {
		if slices.ContainsFunc(header[s.prints[i].header], func(value string) bool { return s.prints[i].matches([]byte(value)) }) {
			matched = append(matched, i)
		}
	}
	for _, i := range s.bodies {
		if s.prints[i].matches(body) {
			matched = append(matched, i)
		}
	}
	matched = s.phrases.find(body, matched)
	if len(matched) == 0 || slices.ContainsFunc(matched, func(i int) bool { return s.prints[i].mistaken }) {
		return ""
	}
	return s.prints[slices.Min(matched)].ID
}
