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
	w := transition.NewWatch()
	for _, step := range []struct {
		name    string
		records []measurement.Record
		want    bool
	}{
		{"the first beat", []measurement.Record{beat(3, 3)}, true},
		{"the same", []measurement.Record{beat(3, 3)}, false},
		{"one anchor less", []measurement.Record{beat(3, 2)}, true},
		{"two less is some, too", []measurement.Record{beat(3, 1)}, false},
		{"none abroad", []measurement.Record{beat(3, 0)}, true},
		{"none at all", []measurement.Record{beat(0, 0)}, true},
		{"back", []measurement.Record{beat(3, 3)}, true},
		{"the first look", tcp("a.example:443", "", reset), false},
		{"the other address first", tcp("a.example:443", reset, ""), false},
		{"a look does not change the beat", []measurement.Record{beat(3, 3)}, false},
		{"one address more", tcp("a.example:443", reset, reset, ""), false},
		{"both fail", tcp("a.example:443", reset, reset), true},
		{"fail otherwise", tcp("a.example:443", timeout, timeout), true},
		{"another target", tcp("b.example:443", timeout), false},
		{"a resolver", dns(measurement.ResolverISP, timeout), false},
		{"another resolver", dns(measurement.ResolverPublic, ""), false},
		{"the first resolver again", dns(measurement.ResolverISP, ""), true},
	} {
		if got := w.Changed(step.records); got != step.want {
			t.Errorf("%s: changed %t, want %t", step.name, got, step.want)
		}
	}
}
