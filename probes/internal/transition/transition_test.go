package transition_test

import (
	"testing"

	"github.com/lamplight-net/lamplight/probes/internal/transition"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

func beat(domestic, foreign uint8) measurement.Record {
	return measurement.Record{Kind: measurement.KindBeat, Beat: &measurement.Beat{
		Domestic: measurement.Reach{Tried: 3, Answered: domestic}, Foreign: measurement.Reach{Tried: 3, Answered: foreign},
	}}
}

func tcp(target string, failures ...measurement.Failure) []measurement.Record {
	var out []measurement.Record
	for _, failure := range failures {
		out = append(out, measurement.Record{Kind: measurement.KindTCP, Target: target, Failure: failure, TCP: &measurement.TCP{}})
	}
	return out
}

func dns(resolver measurement.Resolver, failure measurement.Failure) []measurement.Record {
	return []measurement.Record{{
		Kind: measurement.KindDNS, Target: "a.example", Failure: failure, DNS: &measurement.DNS{Resolver: resolver, Query: "A"},
	}}
}

func TestChanged(t *testing.T) {
	const reset, timeout = measurement.FailureConnectionReset, measurement.FailureTimeout
	none, reach, outcome := transition.Change{}, transition.Change{Reach: true}, transition.Change{Outcome: true}
	w, same := transition.NewWatch(), transition.NewWatch()
	for _, step := range []struct {
		name    string
		records []measurement.Record
		want    transition.Change
	}{
		{"the first beat", []measurement.Record{beat(3, 3)}, transition.Change{First: true}},
		{"the same", []measurement.Record{beat(3, 3)}, none},
		{"one anchor less", []measurement.Record{beat(3, 2)}, reach},
		{"two less is some, too", []measurement.Record{beat(3, 1)}, none},
		{"none abroad", []measurement.Record{beat(3, 0)}, reach},
		{"none at all", []measurement.Record{beat(0, 0)}, reach},
		{"back", []measurement.Record{beat(3, 3)}, reach},
		{"the first look", tcp("a.example:443", "", reset), none},
		{"the other address first", tcp("a.example:443", reset, ""), none},
		{"a look does not change the beat", []measurement.Record{beat(3, 3)}, none},
		{"one address more", tcp("a.example:443", reset, reset, ""), none},
		{"both fail", tcp("a.example:443", reset, reset), outcome},
		{"fail otherwise", tcp("a.example:443", timeout, timeout), outcome},
		{"another target", tcp("b.example:443", timeout), none},
		{"a resolver", dns(measurement.ResolverISP, timeout), none},
		{"another resolver", dns(measurement.ResolverPublic, ""), none},
		{"the first resolver again", dns(measurement.ResolverISP, ""), outcome},
	} {
		if got := w.See(step.records); got != step.want {
			t.Errorf("%s: %+v, want %+v", step.name, got, step.want)
		}
		if got := same.Changed(step.records); got != (step.want != none) {
			t.Errorf("%s: changed %t", step.name, got)
		}
	}
}
