// Package plan says what a probe looks at, and when.
//
// A plan is data; Next is a pure function of the plan, a seed and the time. Nothing is kept between two
// calls, so a probe that slept or restarted goes on where the clock is, and never catches up in a burst.
// The package refuses plans that would make a volunteer's machine a burden on anybody.
package plan

import (
	"net/netip"
	"time"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Plan is what to look at and how often.
type Plan struct {
	// Version names the target list in every batch: printable ASCII without spaces, at most 64 bytes.
	Version string
	// Domestic are the beat's anchors inside a country, by its ISO 3166-1 alpha-2 code, and Foreign those
	// outside: http or https URLs that answer 2xx without a redirect, in few bytes.
	Domestic map[string][]string
	Foreign  []string
	Targets  []Target
	// Resolvers are asked directly, over UDP, for the addresses of each target.
	Resolvers   []Resolver
	BeatEvery   time.Duration // 0: DefaultBeatEvery
	TargetEvery time.Duration // each target; 0: DefaultTargetEvery
}

// Target is a site to look at: an http or https URL, and the part it plays.
type Target struct {
	URL   string
	Class measurement.Class
}

// Resolver is a DNS server to ask directly.
type Resolver struct {
	Address netip.AddrPort
	Class   measurement.Resolver
}

// How often things are looked at when the plan does not say.
const (
	DefaultBeatEvery   = time.Minute
	DefaultTargetEvery = 30 * time.Minute
)
