package classify

import (
	"math"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

func at(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestFeatures(t *testing.T) {
	end := at("2023-08-22 08:05")
	exam := Facts{
		Onset: at("2023-08-22 04:05"), End: &end, Until: at("2023-08-22 12:00"),
		Others: []time.Time{at("2023-08-21 04:00")}, Saw: 3, Together: 4,
	}
	for _, test := range []struct {
		name   string
		change func(*Facts)
		id     string
		ask    answer
	}{
		{"five past is on the hour", func(*Facts) {}, "on_the_hour", yes},
		{"five to is on the hour", func(f *Facts) { f.Onset = at("2023-08-22 03:55") }, "on_the_hour", yes},
		{"ten past is not", func(f *Facts) { f.Onset = at("2023-08-22 04:10") }, "on_the_hour", no},
		{"half past is on the half hour", func(f *Facts) { f.Onset = at("2023-08-22 04:31") }, "on_the_half_hour", yes},
		{"a day apart recurs", func(*Facts) {}, "recurs", yes},
		{"a day and a quarter hour apart does not", func(f *Facts) { f.Onset = at("2023-08-22 04:15") }, "recurs", no},
		{"five days apart does not", func(f *Facts) { f.Others = []time.Time{at("2023-08-17 04:05")} }, "recurs", no},
		{"the same day does not", func(f *Facts) { f.Others = []time.Time{at("2023-08-22 04:10")} }, "recurs", no},
		{"four hours is long", func(*Facts) {}, "long", yes},
		{"an hour so far may become long", func(f *Facts) { f.End, f.Until = nil, at("2023-08-22 05:05") }, "long", unknown},
		{"four hours so far is long", func(f *Facts) { f.End, f.Until = nil, at("2023-08-22 08:05") }, "long", yes},
		{"four hours is round", func(*Facts) {}, "round_duration", yes},
		{"four hours and twelve minutes is not", func(f *Facts) { e := at("2023-08-22 08:17"); f.End = &e }, "round_duration", no},
		{"an event that goes on has no duration", func(f *Facts) { f.End = nil }, "round_duration", unknown},
		{"one signal says nothing of all", func(f *Facts) { f.Saw = 1 }, "all_signals", unknown},
		{"one that looked away says something", func(f *Facts) { f.Normal = 1 }, "all_signals", no},
		{"four networks together", func(*Facts) {}, "together", yes},
		{"two networks say nothing", func(f *Facts) { f.Together = 2 }, "together", unknown},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := exam
			test.change(&f)
			for _, feature := range append(fitted(), judged()...) {
				if feature.id == test.id && feature.ask(f) != test.ask {
					t.Errorf("%s is %d, want %d", test.id, feature.ask(f), test.ask)
				}
			}
		})
	}
}

func TestShutdown(t *testing.T) {
	end := at("2023-08-22 08:00")
	exam := Shutdown(Facts{
		Onset: at("2023-08-22 04:00"), End: &end, Until: end,
		Others: []time.Time{at("2023-08-21 04:00")}, Saw: 3,
	})
	accidentEnd := at("2023-08-22 13:52")
	accident := Shutdown(Facts{Onset: at("2023-08-22 13:18"), End: &accidentEnd, Until: accidentEnd, Saw: 1, Normal: 2})
	if exam.Probability < 0.9 || accident.Probability > 0.05 {
		t.Errorf("an exam's shutdown has %.3f, an accident %.3f", exam.Probability, accident.Probability)
	}
	for _, c := range []struct{ reasons []float64 }{{weights(exam.Reasons)}, {weights(accident.Reasons)}} {
		sum := 0.0
		for _, w := range c.reasons {
			sum += w
		}
		p := exam.Probability
		if sum < 0 {
			p = accident.Probability
		}
		if math.Abs(logistic(sum)-p) > 0.0006 {
			t.Errorf("the reasons add up to %.3f, the probability is %.3f", logistic(sum), p)
		}
	}
}

func TestNothingKnownIsThePrior(t *testing.T) {
	// Without an end, a second signal or networks, only what the onset's clock and the calendar say is known.
	c := Shutdown(Facts{Onset: at("2023-08-22 13:18"), Until: at("2023-08-22 13:50"), Saw: 1})
	for _, r := range c.Reasons {
		switch r.ID {
		case "prior", "recurs", "on_the_hour", "on_the_half_hour":
		default:
			t.Errorf("%s moves the probability by %.2f though nothing is known of it", r.ID, r.Weight)
		}
	}
}

func weights(reasons []incident.Reason) []float64 {
	var out []float64
	for _, r := range reasons {
		out = append(out, r.Weight)
	}
	return out
}
