package baseline

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// monday is the absolute number of a bin at midnight UTC, at the start of a week.
var monday = int(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).Unix() / 300)

const hole = -1 // in a script, where a value cannot be below zero

// course is what happens in bin i of a series that begins on a Monday.
type course func(i int) (v float64, masked bool)

func flat(v float64) course { return func(int) (float64, bool) { return v, false } }

// daily swings around 1000 by half, highest at six in the evening.
func daily(i int) (float64, bool) {
	return 1000 - 500*math.Sin(2*math.Pi*float64(i)/binsPerDay), false
}

// noisy scatters what a course says by a share of it, the same way every time.
func noisy(c course, share float64) course {
	dice := rand.New(rand.NewPCG(3, 4))
	var thrown []float64
	return func(i int) (float64, bool) {
		for len(thrown) <= i {
			thrown = append(thrown, dice.NormFloat64())
		}
		v, masked := c(i)
		return v * max(0, 1+share*thrown[i]), masked
	}
}

// from returns before, and after from bin i on.
func from(bin int, before, after course) course {
	return func(i int) (float64, bool) {
		if i < bin {
			return before(i)
		}
		return after(i)
	}
}

// during returns c outside of the bins [first, until), and within inside.
func during(first, until int, c, inside course) course {
	return from(first, c, from(until, inside, c))
}

// run teaches a course and returns what was expected of each bin before it was seen, and of the bin
// after the last; an Expectation of zero where nothing could be said.
func run(noise Noise, bins int, c course) []Expectation {
	b := New(noise, monday)
	out := make([]Expectation, bins+1)
	for i := range bins {
		out[i], _ = b.Expect(50)
		v, masked := c(i)
		if v == hole {
			v = math.NaN()
		}
		b.Learn(v, masked)
	}
	out[bins], _ = b.Expect(50)
	return out
}

func bgp() Noise { return NoiseOf(incident.SignalBGP) }

// near fails unless got is within share of want.
func near(t *testing.T, what string, got, want, share float64) {
	t.Helper()
	if !(math.Abs(got-want) <= share*want) {
		t.Errorf("%s is %.4g, want %.4g within %.0f %%", what, got, want, 100*share)
	}
}

func TestNothingIsSaidWithinTwoHours(t *testing.T) {
	got := run(bgp(), leastBins, flat(1000))
	for i, e := range got[:leastBins] {
		if e != (Expectation{}) {
			t.Errorf("%+v is expected of bin %d", e, i)
		}
	}
	near(t, "after two hours the value", got[leastBins].Value, 1000, 0.001)
	sparse := run(bgp(), binsPerDay, func(i int) (float64, bool) {
		if i%20 == 0 {
			return 1000, false
		}
		return hole, false
	})
	if last := sparse[binsPerDay]; last != (Expectation{}) {
		t.Errorf("%+v is expected after a day of holes and %d values", last, binsPerDay/20+1)
	}
}

func TestNothingCanFallBelowNothing(t *testing.T) {
	if last := run(bgp(), binsPerDay, flat(0))[binsPerDay]; last != (Expectation{}) {
		t.Errorf("%+v is expected of a series of zeros", last)
	}
}

// What comes after a bin changes neither what is expected of it nor of any before.
func TestLaterValuesNeverChangeAnExpectation(t *testing.T) {
	const bins, cut = 6 * binsPerDay, 4*binsPerDay + 100
	before := noisy(daily, 0.05)
	want := run(bgp(), bins, before)[:cut+1]
	for name, after := range map[string]course{
		"holes":       flat(hole),
		"zeros":       flat(0),
		"far above":   flat(1e9),
		"masked":      func(int) (float64, bool) { return 10, true },
		"other noise": noisy(flat(700), 0.4),
	} {
		t.Run(name, func(t *testing.T) {
			got := run(bgp(), bins, from(cut, before, after))[:cut+1]
			if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAskingChangesNothing(t *testing.T) {
	asked, unasked := New(bgp(), monday), New(bgp(), monday)
	c := noisy(daily, 0.05)
	for i := range 3 * binsPerDay {
		asked.Expect(1)
		asked.Expect(1000)
		v, masked := c(i)
		asked.Learn(v, masked)
		unasked.Learn(v, masked)
	}
	got, _ := asked.Expect(50)
	want, _ := unasked.Expect(50)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A hole teaches nothing: neither that the level fell nor that the series became quieter or noisier.
func TestHolesTeachNothing(t *testing.T) {
	const week = 7 * binsPerDay
	for _, test := range []struct {
		name         string
		first, until int
	}{
		{"for an hour", week - 40, week - 28},
		{"until now", week - 100, week},
		{"for a day", week - 2*binsPerDay, week - binsPerDay},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := noisy(daily, 0.02)
			want := run(bgp(), week, c)[week]
			got := run(bgp(), week, during(test.first, test.until, c, flat(hole)))[week]
			near(t, "value", got.Value, want.Value, 0.02)
			near(t, "standard deviation", got.SD[0], want.SD[0], 0.15)
		})
	}
}

func TestWhatIsTooOldIsForgotten(t *testing.T) {
	const history = 2 * binsPerDay
	const kept = memory * binsPerHour
	got := run(bgp(), history+kept+2, from(history, flat(1000), flat(hole)))
	near(t, "after four weeks of holes the value", got[history+kept].Value, 1000, 0.001)
	if last := got[history+kept+2]; last != (Expectation{}) {
		t.Errorf("%+v is expected after %d hours of holes", last, memory)
	}
}
