// Package plan says what a probe looks at, and when.
//
// A plan is data; NextBeat and NextTarget are pure functions of the plan, a seed and the time. Nothing is kept between two
// calls, so a probe that slept or restarted goes on where the clock is, and never catches up in a burst.
// The package refuses plans that would make a volunteer's machine a burden on anybody.
package plan

import (
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Plan is what to look at and how often.
type Plan struct {
	// Version names the target list in every batch: printable ASCII without spaces, 1 to 64 bytes.
	Version string
	// Domestic are the beat's anchors inside a country, by its ISO 3166-1 alpha-2 code, and Foreign those
	// outside: http or https URLs that answer 2xx without a redirect, in few bytes.
	Domestic map[string][]string
	Foreign  []string
	Targets  []Target
	// Wanted are the numbers of targets that nobody has looked at lately from this network, as a gateway says:
	// they are looked at twice as often. A gateway can name no target that is not in the plan.
	Wanted []int
	// Resolvers are asked directly for the addresses of each target.
	Resolvers []Resolver
	// Whoami is a name below a zone of ours, whose TXT answer is the number of the network that the question
	// came from, as in "AS64500". It is asked through each resolver, at most once an hour; empty: never.
	Whoami      string
	BeatEvery   time.Duration // 0: DefaultBeatEvery
	TargetEvery time.Duration // each target; 0: DefaultTargetEvery
}

// Target is a site to look at: an http or https URL, and the part it plays.
type Target struct {
	URL   string            `json:"url"`
	Class measurement.Class `json:"class"`
}

// How often things are looked at when the plan does not say.
const (
	DefaultBeatEvery   = time.Minute
	DefaultTargetEvery = 30 * time.Minute
)

// WithDefaults returns the plan with its intervals filled in.
func (p Plan) WithDefaults() Plan {
	if p.BeatEvery == 0 {
		p.BeatEvery = DefaultBeatEvery
	}
	if p.TargetEvery == 0 {
		p.TargetEvery = DefaultTargetEvery
	}
	p.Resolvers = slices.Clone(p.Resolvers)
	for i, r := range p.Resolvers {
		p.Resolvers[i] = r.WithDefaults()
	}
	return p
}
