package detect

import (
	"math"
	"testing"
)

// of returns the evidence over a window, of the signals of a script that are named, at a time.
func of(t *testing.T, text string, scale int, names ...string) []float64 {
	t.Helper()
	s := read(t, text)
	signals := s.signals[:0:0]
	for _, one := range s.signals {
		for _, name := range names {
			if string(one.Signal) == name {
				signals = append(signals, one)
			}
		}
	}
	if len(signals) != len(names) {
		t.Fatalf("the script has not all of %v", names)
	}
	return Run(signals, Defaults()).evidence[scale]
}

// A signal that cannot see says neither that a place is dark nor that it is not: it might not be there.
func TestASignalThatCannotSeeCountsForNeitherSide(t *testing.T) {
	for name, blind := range map[string]string{
		"holes for days":   "signal active_probing 900 \n active_probing -168:00 24:00 hole",
		"zeros for days":   "signal active_probing 0",
		"looked only once": "signal active_probing 900 \n active_probing -168:00 23:00 hole",
	} {
		t.Run(name, func(t *testing.T) {
			text := blind + `
				signal bgp 10000
				bgp 02:00 04:00 0.6`
			for scale := range scales {
				want := of(t, text, scale, "bgp")
				got := of(t, text, scale, "bgp", "active_probing")
				same(t, "evidence beside a blind signal", got, want)
			}
		})
	}
}

func TestASignalThatSeesNothingCountsAgainst(t *testing.T) {
	const text = `
		signal bgp 10000
		signal active_probing 4000
		signal telescope 2000
		bgp 02:00 04:00 0.955
		telescope 02:00 04:00 0.5`
	s := read(t, text)
	i := s.signals[0].Index(clock(t, "03:00"))
	alone := of(t, text, 0, "bgp")[i]
	against := of(t, text, 0, "bgp", "active_probing")[i]
	with := of(t, text, 0, "bgp", "telescope")[i]
	if !(against < alone && alone < with) {
		t.Errorf("evidence %.1f alone, %.1f beside a signal that stayed, %.1f beside one that fell", alone, against, with)
	}
	if brief(Run(s.signals[:1], Defaults()).Found) == "" || brief(Run(s.signals[:2], Defaults()).Found) != "" {
		t.Error("a signal that stayed does not outweigh a small fall of another")
	}
}

func TestNobodySawIsNotNothing(t *testing.T) {
	const text = `
		signal bgp 10000
		signal active_probing 4000
		all 02:00 06:00 hole`
	s := read(t, text)
	got := of(t, text, 0, "bgp", "active_probing")
	for i := s.signals[0].Index(clock(t, "02:30")); i < s.signals[0].Index(clock(t, "06:00")); i++ {
		if !math.IsNaN(got[i]) {
			t.Fatalf("where nobody looked the evidence is %v", got[i])
		}
	}
}

// All that probes report comes from the same machines: ten failures of the same probe are one.
func TestSignalsOfTheSameProbesCountOnce(t *testing.T) {
	const text = `
		signal dns 1 40
		signal tcp 1 40
		signal tls 1 40
		signal bgp 10000
		all 02:00 04:00 0.8`
	i := read(t, text).signals[0].Index(clock(t, "03:00"))
	one, three := of(t, text, 0, "dns")[i], of(t, text, 0, "dns", "tcp", "tls")[i]
	if one != three {
		t.Errorf("one signal of the probes shows %.2f, three that agree %.2f", one, three)
	}
	if both := of(t, text, 0, "dns", "bgp")[i]; both <= one {
		t.Errorf("probes and BGP show %.2f together, probes alone %.2f", both, one)
	}
}

// A signal has a say as far as a total loss would show in it.
func TestOneSignalSaysNoMoreThanItsLimit(t *testing.T) {
	const text = "signal bgp 1000000 \n bgp 02:00 04:00 0"
	i := read(t, text).signals[0].Index(clock(t, "03:00"))
	if got := of(t, text, 0, "bgp")[i]; got != Defaults().Limit {
		t.Errorf("a total loss of a million shows %v", got)
	}
}

func TestAMeanNeedsAThirdOfItsWindow(t *testing.T) {
	hole := math.NaN()
	for _, test := range []struct {
		name   string
		values []float64
		want   float64
	}{
		{"all", []float64{1, 2, 3, 4, 5, 6}, 3.5},
		{"the oldest goes", []float64{100, 1, 2, 3, 4, 5, 6}, 3.5},
		{"two of six", []float64{hole, hole, hole, hole, 2, 4}, 3},
		{"one of six", []float64{hole, hole, hole, hole, hole, 4}, hole},
		{"a beginning", []float64{2, 4}, 3},
		{"none", nil, hole},
	} {
		m := mean{bins: 6}
		for _, v := range test.values {
			m.add(v)
		}
		same(t, test.name, []float64{m.value()}, []float64{test.want})
	}
}
