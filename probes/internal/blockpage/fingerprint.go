// Package blockpage recognizes the pages that censors show in place of others.
//
// It knows a few well-known ones, and reads lists of more in the two CSV formats that OONI publishes: one of
// addresses in DNS answers, one of patterns in headers and bodies. The lists are data of somebody else's, so
// whatever they hold is bounded. Only the id of a fingerprint ever leaves a probe, never what matched.
package blockpage

import (
	"bytes"
	"net/netip"
	"regexp"
)

// Fingerprint is one block page and how to tell it. Load makes them.
type Fingerprint struct {
	// ID names the fingerprint in records.
	ID         string
	place      place
	header     string // the canonical name of the header that holds the pattern
	kind       kind
	pattern    string
	expression *regexp.Regexp
	address    netip.Addr
	confidence int
	mistaken   bool // it tells pages that are mistaken for block pages
}

// place is where a fingerprint is found.
type place int

const (
	placeDNS place = iota
	placeHeader
	placeBody
)

// kind is how a pattern is compared.
type kind string

const (
	kindFull     kind = "full"
	kindPrefix   kind = "prefix"
	kindContains kind = "contains"
	kindRegexp   kind = "regexp"
)

// maxSearched is how much of a text a regular expression is tried on: expressions are slow, and block pages
// short.
const maxSearched = 16 << 10

func (f *Fingerprint) matches(text []byte) bool {
	switch f.kind {
	case kindFull:
		return string(text) == f.pattern
	case kindPrefix:
		return bytes.HasPrefix(text, []byte(f.pattern))
	case kindContains:
		return bytes.Contains(text, []byte(f.pattern))
	case kindRegexp:
		return f.expression.Match(text[:min(len(text), maxSearched)])
	}
	return false
}
