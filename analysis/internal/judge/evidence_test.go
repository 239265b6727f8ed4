package judge

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/detect"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// watched runs detection on one signal, and returns it with the bins from two to four of its last day.
func watched(s series.Series) (*detect.Track, span) {
	r := detect.Run([]series.Series{s}, detect.Defaults())
	return &r.Tracks[0], span{s.Index(day.Add(2 * time.Hour)), s.Index(day.Add(4*time.Hour)) - 1}
}

// counts returns a signal that is always usual, changed from two to four on its last day, which is the
// eighth.
func counts(signal incident.Signal, usual float64, change func(v *float64, i int)) series.Series {
	s := series.New(series.Key{Place: incident.Place{Country: "XL"}, Signal: signal, Source: "test"}, "things",
		day.AddDate(0, 0, -7), day.AddDate(0, 0, 1))
	for i := range s.Values {
		s.Values[i] = usual
	}
	first := s.Index(day.Add(2 * time.Hour))
	for i := range 24 {
		change(&s.Values[first+i], i)
	}
	return s
}

func TestVerdicts(t *testing.T) {
	hole := math.NaN()
	to := func(to float64) func(*float64, int) { return func(v *float64, _ int) { *v = to } }
	stays := func(*float64, int) {}
	young := counts(incident.SignalBGP, 10000, to(0))
	for i := range young.Values[:young.Index(day.Add(90*time.Minute))] {
		young.Values[i] = hole
	}
	for _, test := range []struct {
		name   string
		series series.Series
		want   incident.Verdict
		why    string
		drop   float64
	}{
		{"fell", counts(incident.SignalBGP, 10000, to(1000)), incident.VerdictSaw, "fell to 1000 where 10000 was expected, 10.0 standard", 0.9},
		{"stayed", counts(incident.SignalBGP, 10000, stays), incident.VerdictNormal, "stayed within its noise", 0},
		{"rose", counts(incident.SignalBGP, 10000, to(20000)), incident.VerdictNormal, "stayed within its noise", 0},
		{"was not looked at", counts(incident.SignalBGP, 10000, to(hole)), incident.VerdictCouldNotSee, "nobody looked", 0},
		{"was hardly looked at", counts(incident.SignalBGP, 10000, func(v *float64, i int) {
			if i%4 != 0 {
				*v = hole
			}
		}), incident.VerdictCouldNotSee, "most of the event was not seen", 0},
		{"fell, as far as it was looked at", counts(incident.SignalBGP, 10000, func(v *float64, i int) {
			if *v = 0; i > 8 {
				*v = hole
			}
		}), incident.VerdictSaw, "fell to 0", 1},
		{"is too new", young, incident.VerdictCouldNotSee, "too little history", 0},
		{"counts too few", counts(incident.SignalBGP, 5, to(0)), incident.VerdictCouldNotSee, "even a total loss would be only 2.2", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			j := &judge{p: detect.Defaults()}
			got := j.witness(watched(test.series))
			if got.Verdict != test.want || !strings.Contains(got.Why, test.why) || got.Drop != test.drop {
				t.Errorf("%s, a drop of %v: %s\nwant %s, a drop of %v: ...%s...", got.Verdict, got.Drop, got.Why, test.want, test.drop, test.why)
			}
		})
	}
}

func TestProbesBehindAValueAreCounted(t *testing.T) {
	share := counts(incident.SignalDNS, 1, func(v *float64, _ int) { *v = 0 })
	share.Probes = make([]float64, len(share.Values))
	for i := range share.Probes {
		share.Probes[i] = 30
	}
	online := counts(incident.SignalProbes, 12, func(v *float64, _ int) { *v = 0 })
	prefixes := counts(incident.SignalBGP, 10000, func(v *float64, _ int) { *v = 0 })
	j := &judge{p: detect.Defaults()}
	for _, test := range []struct {
		name   string
		series series.Series
		want   int
	}{{"that tried", share, 30}, {"expected online", online, 12}, {"of none", prefixes, 0}} {
		if got := j.witness(watched(test.series)).Probes; got != test.want {
			t.Errorf("%s: %d probes, want %d", test.name, got, test.want)
		}
	}
}

func TestPointsShowHolesAsHoles(t *testing.T) {
	track, when := watched(counts(incident.SignalBGP, 10000, func(v *float64, i int) {
		if *v = 0; i < 2 {
			*v = math.NaN()
		}
	}))
	j := &judge{p: detect.Defaults()}
	step, points := j.points(track, when)
	if step != 300 || len(points) != (24+2+6)*12 || !points[0].At.Equal(day.Add(-22*time.Hour)) {
		t.Fatalf("%d points, one every %d s, from %s", len(points), step, points[0].At)
	}
	first := 24 * 12 // of the event
	for _, p := range points[first : first+2] {
		if p.Value != nil || p.Baseline == nil {
			t.Errorf("a hole is shown as %+v", p)
		}
	}
	zero, baseline := 0.0, 10000.0
	lower := points[first+2].Lower
	if lower == nil || *lower <= 0 || *lower >= baseline {
		t.Fatalf("abnormal is what is below %v", lower)
	}
	want := incident.Point{At: day.Add(2*time.Hour + 10*time.Minute), Value: &zero, Baseline: &baseline, Lower: lower}
	if diff := cmp.Diff(want, points[first+2]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestALongEventIsToldInFewPoints(t *testing.T) {
	track, when := watched(counts(incident.SignalBGP, 10000, func(*float64, int) {}))
	when.first, when.last = 0, len(track.Values)-1
	step, points := (&judge{p: detect.Defaults()}).points(track, when)
	if step != 4*300 || len(points) != len(track.Values)/4 || len(points) > maxPoints {
		t.Errorf("%d points, one every %d s, of %d bins", len(points), step, len(track.Values))
	}
}

func TestNumbersAreShort(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 12: "12", 12345: "12345", 123.4: "123", 1.26: "1.3", 0.126: "0.13"} {
		if got := number(v); got != want {
			t.Errorf("%v is written %s, want %s", v, got, want)
		}
	}
	for v, want := range map[float64]float64{0: 0, 12345: 12350, -12345: -12350, 0.00123456: 0.001235, 1e-300: 1e-300} {
		if got := round(v); math.Abs(got-want) > 1e-9*math.Abs(want) {
			t.Errorf("%v is rounded to %v, want %v", v, got, want)
		}
	}
}
