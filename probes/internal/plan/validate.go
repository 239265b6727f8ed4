package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Limits of a plan. They keep what a plan can ask of a volunteer's line, and of the sites on it, small:
// at the very most one target every 1.2 seconds.
const (
	MaxTargets     = measurement.MaxTargets
	MaxAnchors     = measurement.MaxAnchors // of one kind
	MinBeatEvery   = 10 * time.Second
	MinTargetEvery = 5 * time.Minute
	MaxEvery       = time.Hour
	minGap         = 1200 * time.Millisecond
)

// Validate says what is wrong with the plan, once its defaults are filled in.
func (p Plan) Validate() error {
	if p.Version == "" || len(p.Version) > 64 || strings.ContainsFunc(p.Version, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return fmt.Errorf("version %q is not 1 to 64 printable ASCII characters without spaces", p.Version)
	}
	if p.BeatEvery < MinBeatEvery || p.BeatEvery > MaxEvery {
		return fmt.Errorf("beat_every is %s: allowed is %s to %s", p.BeatEvery, MinBeatEvery, MaxEvery)
	}
	if p.TargetEvery < MinTargetEvery || p.TargetEvery > MaxEvery {
		return fmt.Errorf("target_every is %s: allowed is %s to %s", p.TargetEvery, MinTargetEvery, MaxEvery)
	}
	if err := p.validateAnchors(); err != nil {
		return err
	}
	return p.validateTargets()
}

func (p Plan) validateAnchors() error {
	for country, anchors := range p.Domestic {
		if !measurement.CountryCode(country) {
			return fmt.Errorf("anchors: %q is not an ISO 3166-1 alpha-2 code in capitals", country)
		}
		if err := checkAnchors("domestic anchors of "+country, anchors); err != nil {
			return err
		}
	}
	return checkAnchors("foreign anchors", p.Foreign)
}

func checkAnchors(what string, anchors []string) error {
	if len(anchors) > MaxAnchors {
		return fmt.Errorf("%s: %d given, at most %d", what, len(anchors), MaxAnchors)
	}
	for _, anchor := range anchors {
		if err := CheckTarget(anchor); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	return nil
}

func (p Plan) validateTargets() error {
	if len(p.Targets) > MaxTargets {
		return fmt.Errorf("%d targets given, at most %d", len(p.Targets), MaxTargets)
	}
	if n := len(p.Targets); n > 0 && p.TargetEvery/time.Duration(n) < minGap {
		return fmt.Errorf("%d targets every %s is more than one every %s: raise target_every", n, p.TargetEvery, minGap)
	}
	seen := make(map[string]bool, len(p.Targets))
	for _, target := range p.Targets {
		if err := CheckTarget(target.URL); err != nil {
			return fmt.Errorf("targets: %w", err)
		}
		if seen[target.URL] {
			return fmt.Errorf("targets: %s is given twice", target.URL)
		}
		seen[target.URL] = true
		if !slices.Contains(measurement.Classes(), target.Class) {
			return fmt.Errorf("targets: %s: class %q is not one of %v", target.URL, target.Class, measurement.Classes())
		}
	}
	return p.validateResolvers()
}
