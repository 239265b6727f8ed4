package wording_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/dashboards/internal/wording"
)

func when(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func exactly(at time.Time) incident.Interval {
	return incident.Interval{Earliest: at, Best: at, Latest: at}
}

// iraq is an exam-time event of four hours at four in the morning.
func iraq(t *testing.T) incident.Incident {
	end := exactly(when(t, "2023-08-21T05:00:00Z"))
	return incident.Incident{
		ID: "iq1", Revision: 2, State: incident.StateCandidate,
		Place: incident.Place{Country: "IQ"}, PlaceName: "Iraq", TimeZone: "Asia/Baghdad",
		Type: incident.TypeNationwide, Extent: incident.ExtentFull,
		Onset: exactly(when(t, "2023-08-21T01:00:00Z")), End: &end,
		Shutdown: incident.Confidence{Probability: 0.93},
		Evidence: []incident.Evidence{
			{Signal: incident.SignalBGP, Verdict: incident.VerdictNormal, Drop: 0.01},
			{Signal: incident.SignalActive, Verdict: incident.VerdictSaw, Drop: 0.95},
		},
		AsOf: when(t, "2023-08-21T06:00:00Z"),
	}
}

func TestHeadline(t *testing.T) {
	for _, c := range []struct {
		name string
		with func(*incident.Incident)
		want string
	}{
		{"a country, over", func(*incident.Incident) {},
			"Iraq: connectivity lost, 21 Aug 2023 04:00 local time (01:00 UTC), for 4 h. Probability that this was a shutdown: 93 %."},
		{"still going on", func(i *incident.Incident) { i.End = nil; i.AsOf = when(t, "2023-08-21T02:30:00Z") },
			"Iraq: connectivity lost since 21 Aug 2023 04:00 local time (01:00 UTC), still so at 05:30 local time (02:30 UTC). Probability that this is a shutdown: 93 %."},
		{"the data stop while it goes on", func(i *incident.Incident) {
			seen := when(t, "2023-08-21T02:30:00Z")
			i.End, i.LastSeen, i.AsOf = nil, &seen, when(t, "2023-08-21T05:00:00Z")
		},
			"Iraq: connectivity lost since 21 Aug 2023 04:00 local time (01:00 UTC), still so at 05:30 local time (02:30 UTC) and not seen since. Probability that this is a shutdown: 93 %."},
		{"the data are late by a step", func(i *incident.Incident) {
			seen := when(t, "2023-08-21T02:00:00Z")
			i.End, i.LastSeen, i.AsOf = nil, &seen, when(t, "2023-08-21T02:30:00Z")
		},
			"Iraq: connectivity lost since 21 Aug 2023 04:00 local time (01:00 UTC), still so at 05:30 local time (02:30 UTC). Probability that this is a shutdown: 93 %."},
		{"another day in UTC", func(i *incident.Incident) { i.Onset = exactly(when(t, "2023-08-20T22:00:00Z")) },
			"Iraq: connectivity lost, 21 Aug 2023 01:00 local time (20 Aug 22:00 UTC), for 7 h. Probability that this was a shutdown: 93 %."},
		{"where clocks show UTC", func(i *incident.Incident) { i.PlaceName, i.TimeZone = "Lampland", "UTC" },
			"Lampland: connectivity lost, 21 Aug 2023 01:00 UTC, for 4 h. Probability that this was a shutdown: 93 %."},
		{"an unknown zone", func(i *incident.Incident) { i.TimeZone = "Mars/Olympus" },
			"Iraq: connectivity lost, 21 Aug 2023 01:00 UTC, for 4 h. Probability that this was a shutdown: 93 %."},
		{"part of it left", func(i *incident.Incident) { i.Evidence[1].Drop = 0.6 },
			"Iraq: connectivity fell, 21 Aug 2023 04:00 local time (01:00 UTC), for 4 h. Probability that this was a shutdown: 93 %."},
		{"mobile only", func(i *incident.Incident) { i.NetworkTypes = []string{"mobile"}; i.Networks = []uint32{50710, 203214} },
			"Iraq, mobile networks (AS50710, AS203214): connectivity lost, 21 Aug 2023 04:00 local time (01:00 UTC), for 4 h. Probability that this was a shutdown: 93 %."},
		{"many networks", func(i *incident.Incident) { i.Networks = []uint32{1, 2, 3, 4} },
			"Iraq, 4 networks: connectivity lost, 21 Aug 2023 04:00 local time (01:00 UTC), for 4 h. Probability that this was a shutdown: 93 %."},
		{"one service", func(i *incident.Incident) {
			i.Extent, i.Services = incident.ExtentService, []string{"chat.example"}
		},
			"Iraq: chat.example not reachable, 21 Aug 2023 04:00 local time (01:00 UTC), for 4 h. Probability that this was a shutdown: 93 %."},
		{"slowed", func(i *incident.Incident) { i.Extent = incident.ExtentThrottling },
			"Iraq: connections slowed, 21 Aug 2023 04:00 local time (01:00 UTC), for 4 h. Probability that this was a shutdown: 93 %."},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := iraq(t)
			c.with(&i)
			got := wording.Headline(&i)
			if got != c.want {
				t.Errorf("Headline =\n%s, want\n%s", got, c.want)
			}
			for sentence := range strings.SplitSeq(got, ". ") {
				if strings.Contains(sentence, "shutdown") && !strings.Contains(sentence, "Probability") {
					t.Errorf("%q says shutdown without its probability", sentence)
				}
			}
		})
	}
}

func TestCitationNamesTheRevisionAndWhatItIs(t *testing.T) {
	i := iraq(t)
	i.Generated = true
	want := "Lamplight: “Iraq: connectivity lost, 21 Aug 2023 04:00 local time (01:00 UTC), for 4 h. Probability that this was a " +
		"shutdown: 93 %.” Incident iq1, revision 2 (automatic candidate, not reviewed, REHEARSAL DATA, not a real event), " +
		"as of 21 Aug 2023 06:00 UTC. https://lamplight.example/i/iq1/r/2"
	if got := wording.Citation(&i, "https://lamplight.example/i/iq1/r/2"); got != want {
		t.Errorf("Citation =\n%s, want\n%s", got, want)
	}
}

func TestBetween(t *testing.T) {
	baghdad := wording.Zone(&incident.Incident{TimeZone: "Asia/Baghdad"})
	for _, c := range []struct{ name, earliest, best, latest, want string }{
		{"within an hour", "2023-08-21T00:55:00Z", "2023-08-21T01:00:00Z", "2023-08-21T01:05:00Z", "between 03:55 and 04:05"},
		{"over midnight there", "2023-08-20T20:50:00Z", "2023-08-20T21:00:00Z", "2023-08-20T21:10:00Z", "between 20 Aug 23:50 and 21 Aug 00:10"},
		{"a point", "2023-08-21T01:00:00Z", "2023-08-21T01:00:00Z", "2023-08-21T01:00:00Z", "to the minute"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := incident.Interval{Earliest: when(t, c.earliest), Best: when(t, c.best), Latest: when(t, c.latest)}
			if got := wording.Between(v, baghdad); got != c.want {
				t.Errorf("Between = %q, want %q", got, c.want)
			}
		})
	}
}

func TestDuration(t *testing.T) {
	for in, want := range map[string]string{
		"25m": "25 min", "4h": "4 h", "4h25m": "4 h 25 min", "24h": "1 day", "74h12m": "3 days 2 h", "0s": "0 min",
		"59m40s": "1 h", "24h20m": "1 day",
	} {
		d, err := time.ParseDuration(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := wording.Duration(d); got != want {
			t.Errorf("Duration(%s) = %q, want %q", in, got, want)
		}
	}
}

func TestProbabilityNeverClaimsCertainty(t *testing.T) {
	for p, want := range map[float64]string{
		0: "less than 1 %", 0.004: "less than 1 %", 0.01: "1 %", 0.93: "93 %", 0.99: "99 %", 0.9999: "more than 99 %", 1: "more than 99 %",
	} {
		if got := wording.Probability(p); got != want {
			t.Errorf("Probability(%g) = %q, want %q", p, got, want)
		}
	}
	if got := wording.Probability(math.NaN()); got != "unknown" {
		t.Errorf("Probability(NaN) = %q, want unknown", got)
	}
}

func TestWeights(t *testing.T) {
	for _, c := range []struct {
		weight       float64
		words, ratio string
	}{
		{math.Log(93), "very strongly towards", "× 93"},
		{math.Log(12), "strongly towards", "× 12"},
		{math.Log(4.5), "clearly towards", "× 4.5"},
		{-math.Log(2), "slightly against", "÷ 2.0"},
		{0.01, "hardly matters", "× 1.0"},
		{math.Log(5000), "very strongly towards", "× more than 1,000"},
	} {
		if got := wording.Weight(c.weight); got != c.words {
			t.Errorf("Weight(%g) = %q, want %q", c.weight, got, c.words)
		}
		if got := wording.Odds(c.weight); got != c.ratio {
			t.Errorf("Odds(%g) = %q, want %q", c.weight, got, c.ratio)
		}
	}
}

// The words for everything that the door can name must be words, not the door's own constants.
func TestEveryConstantHasWords(t *testing.T) {
	for _, s := range []incident.State{
		incident.StateCandidate, incident.StatePublished, incident.StateQuiet, incident.StateCorrected,
		incident.StateRetracted, incident.StateWithdrawn,
	} {
		if got := wording.StateOf(s); got.Name == string(s) || got.Meaning == "" {
			t.Errorf("state %s has no words: %+v", s, got)
		}
	}
	for _, s := range []incident.Signal{
		incident.SignalProbes, incident.SignalAnchorsDomestic, incident.SignalAnchorsForeign, incident.SignalDNS,
		incident.SignalTCP, incident.SignalTLS, incident.SignalHTTP, incident.SignalService, incident.SignalBGP,
		incident.SignalActive, incident.SignalTelescope, incident.SignalTraffic, incident.SignalAtlas,
	} {
		if got := wording.Signal(incident.Evidence{Signal: s, Service: "chat.example"}); got == string(s) {
			t.Errorf("signal %s has no words", s)
		}
	}
	for _, v := range []incident.Verdict{incident.VerdictSaw, incident.VerdictNormal, incident.VerdictCouldNotSee} {
		if got := wording.Verdict(v); got == string(v) {
			t.Errorf("verdict %s has no words", v)
		}
	}
}
