package baseline

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// What is masked is an event: it is not learned, however long and deep it is. The same fall unmasked is.
func TestAnEventMaskedIsNotLearned(t *testing.T) {
	const week, onset = 7 * binsPerDay, 5 * binsPerDay
	c := noisy(daily, 0.02)
	fall := func(masked bool, share float64) course {
		return during(onset, week, c, func(i int) (float64, bool) {
			v, _ := c(i)
			return share * v, masked
		})
	}
	want := run(bgp(), week, c)[week]
	for name, share := range map[string]float64{"all gone": 0, "half gone": 0.5, "far above": 5} {
		t.Run(name, func(t *testing.T) {
			got := run(bgp(), week, fall(true, share))[week]
			near(t, "value", got.Value, want.Value, 0.03)
			// Two days less are known, which is all: relative to the value nothing has changed since the onset.
			before := run(bgp(), onset, c)[onset]
			near(t, "relative standard deviation", got.SD[0]/got.Value, before.SD[0]/before.Value, 0.02)
		})
	}
	if got := run(bgp(), week, fall(false, 0.5))[week]; got.Value > 0.8*want.Value {
		t.Errorf("two unmasked days of half leave the expectation at %.0f of %.0f", got.Value, want.Value)
	}
}

// An event is noticed late: what was learned of its first hours is no noise of the series, neither while
// it goes on nor after it.
func TestTheFirstHoursOfAnEventAreNotNoise(t *testing.T) {
	const onset = 2 * binsPerDay
	c := noisy(flat(1000), 0.01)
	fall := func(i int) (float64, bool) { return 400, i >= onset+probation }
	got := run(bgp(), onset+2*binsPerDay, during(onset, onset+2*probation, c, fall))
	for k := range got[onset].SD {
		before := got[onset].SD[k] / got[onset].Value
		for i, e := range got[onset:] {
			if now := e.SD[k] / e.Value; now > 1.3*before {
				t.Fatalf("%d bins after the onset the relative standard deviation is %.3f, before it %.3f", i, now, before)
			}
		}
	}
}

func TestOneOutlierMovesNothing(t *testing.T) {
	const week = 7 * binsPerDay
	c := noisy(daily, 0.02)
	want := run(bgp(), week, c)
	for name, v := range map[string]float64{"zero": 0, "far above": 1e6} {
		for _, ago := range []int{1, 2, 7, 30, binsPerDay} {
			got := run(bgp(), week, during(week-ago, week-ago+1, c, flat(v)))
			near(t, name+": the value", got[week].Value, want[week].Value, 0.02)
			near(t, name+": the longest standard deviation", got[week].SD[1], want[week].SD[1], 0.1)
		}
	}
}

func TestTheHourOfTheDayIsLearned(t *testing.T) {
	const days = 14
	got := run(bgp(), (days+1)*binsPerDay, noisy(daily, 0.02))
	for hour := range hoursPerDay {
		i := days*binsPerDay + hour*binsPerHour + binsPerHour/2
		truth, _ := daily(i)
		near(t, "value", got[i].Value, truth, 0.06)
	}
}

// On two days of seven a series does half; after four weeks the expectation knows.
func TestTheHourOfTheWeekIsLearned(t *testing.T) {
	weekend := func(i int) (float64, bool) {
		if i/binsPerDay%7 >= 5 {
			return 500, false
		}
		return 1000, false
	}
	got := run(bgp(), 5*7*binsPerDay, weekend)
	saturday, wednesday := (4*7+5)*binsPerDay+binsPerDay/4, (4*7+2)*binsPerDay+binsPerDay/2
	if v := got[saturday].Value; v > 750 {
		t.Errorf("%.0f is expected of a Saturday morning of 500", v)
	}
	near(t, "value of a Wednesday", got[wednesday].Value, 1000, 0.1)
}

func TestTheLevelIsFollowed(t *testing.T) {
	const week = 7 * binsPerDay
	got := run(bgp(), 2*week, from(week, flat(1000), flat(600)))
	near(t, "a week after a fall the value", got[2*week].Value, 600, 0.1)
}

// The whole state of a baseline is its own: two that learn at the same time do not meet.
func TestBaselinesShareNothing(t *testing.T) {
	a, b := New(bgp(), monday), New(NoiseOf(incident.SignalTraffic), monday)
	for range 3 * binsPerDay {
		a.Learn(1000, false)
		b.Learn(10, false)
	}
	one, _ := a.Expect(50)
	other, _ := b.Expect(50)
	near(t, "value of one", one.Value, 1000, 0.001)
	near(t, "value of the other", other.Value, 10, 0.001)
}

// What is missing because it was switched off is an event while that goes on, and becomes a habit of the hour when the
// series has been back for two hours. What was cut off never does.
func TestWhatWasOffIsLearned(t *testing.T) {
	for name, off := range map[string]bool{"switched off": true, "cut off": false} {
		t.Run(name, func(t *testing.T) {
			b := New(NoiseOf(incident.SignalProbes), monday)
			expected := func(i int) float64 { // at this hour, of a hundred
				e, _ := b.Expect(0)
				if i%binsPerDay != 3*binsPerHour+6 {
					return math.NaN()
				}
				return e.Value
			}
			var nights []float64
			for i := range 5 * binsPerDay {
				if v := expected(i); !math.IsNaN(v) {
					nights = append(nights, math.Round(v))
				}
				night := i%binsPerDay >= 2*binsPerHour && i%binsPerDay < 8*binsPerHour
				switch {
				case night && i > binsPerDay && off:
					b.Off(40)
					b.Learn(40, true)
				case night && i > binsPerDay:
					b.Learn(40, true)
				default:
					b.Learn(100, false)
				}
			}
			want := []float64{100, 100, 100, 70, 40} // the first night was none of it
			if !off {
				want = []float64{100, 100, 100, 100, 100}
			}
			if diff := cmp.Diff(want, nights); diff != "" {
				t.Errorf("expected night by night (-want +got):\n%s", diff)
			}
		})
	}
}
