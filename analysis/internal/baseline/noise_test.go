package baseline

import (
	"math"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// shows returns how many standard deviations the loss of half is after two weeks of the same value,
// over the shortest window.
func shows(signal incident.Signal, usual, probes float64) float64 {
	b := New(NoiseOf(signal), monday)
	for range 14 * binsPerDay {
		b.Learn(usual, false)
	}
	e, _ := b.Expect(probes)
	return e.Value / 2 / e.SD[0]
}

// 28 visible /24s are not judged like 10,000: of the few, half may be away by chance.
func TestFewAreNotJudgedLikeMany(t *testing.T) {
	for _, test := range []struct {
		name            string
		signal          incident.Signal
		few, many       float64
		atMost, atLeast float64 // standard deviations of half, of the few and of the many
	}{
		{"visible /24s", incident.SignalBGP, 28, 10000, 3, 40},
		{"responding /24s", incident.SignalActive, 4, 4000, 3, 9},
		{"source addresses", incident.SignalTelescope, 9, 5000, 4, 4.5},
		{"probes", incident.SignalProbes, 3, 60, 1.6, 4.5},
		{"probes of RIPE Atlas", incident.SignalAtlas, 4, 60, 2.1, 4.5},
	} {
		t.Run(test.name, func(t *testing.T) {
			few := shows(test.signal, test.few, 0)
			many := shows(test.signal, test.many, 0)
			if few > test.atMost || many < test.atLeast {
				t.Errorf("half is %.1f standard deviations of %.0f and %.1f of %.0f", few, test.few, many, test.many)
			}
		})
	}
}

func TestAShareOfFewProbesSaysLittle(t *testing.T) {
	last := 0.0
	for _, probes := range []float64{1, 3, 10, 50} {
		half := shows(incident.SignalDNS, 1, probes)
		if half <= last {
			t.Errorf("half of %.0f probes shows %.2f standard deviations, of fewer %.2f", probes, half, last)
		}
		last = half
	}
	one := shows(incident.SignalDNS, 1, 1)
	many := shows(incident.SignalDNS, 1, 50)
	if one > 2.5 || many < 8 {
		t.Errorf("half is %.1f standard deviations of one probe and %.1f of fifty", one, many)
	}
}

// Even a share that was always one, or a count that never moved, has noise.
func TestNothingIsWithoutNoise(t *testing.T) {
	for _, signal := range []incident.Signal{
		incident.SignalBGP, incident.SignalActive, incident.SignalTelescope, incident.SignalTraffic, incident.SignalProbes,
		incident.SignalAtlas, incident.SignalDNS, incident.SignalTCP, incident.SignalTLS, incident.SignalHTTP,
		incident.SignalService, incident.SignalAnchorsDomestic, incident.SignalAnchorsForeign,
	} {
		n := NoiseOf(signal)
		for _, window := range Windows() {
			for _, probes := range []float64{0, 1, 1e6} {
				if sd := n.sd(1, probes, window); !(sd >= n.Floor) || n.Floor <= 0 {
					t.Errorf("%s: %v over %s of %.0f probes, under the floor of %v", signal, sd, window, probes, n.Floor)
				}
			}
		}
	}
}

func TestTheLaws(t *testing.T) {
	const window = 30 * time.Minute
	for _, test := range []struct {
		name             string
		noise            Noise
		expected, probes float64
		want             float64
	}{
		{"counts scatter by their root", Noise{Law: Poisson}, 100, 0, 10},
		{"an average of three counts by a root of three less", Noise{Law: Poisson, Fresh: 10 * time.Minute}, 300, 0, 10},
		{"one of a roster may always be away", Noise{Law: Roster}, 40, 0, 1},
		{"a share by Agresti and Coull", Noise{Law: Binomial}, 0.5, 96, 0.05},
		{"no probe, no share: as good as a coin", Noise{Law: Binomial}, 1, 0, 0.25},
		{"the instrument's error stays", Noise{Law: Poisson, Floor: 0.05}, 10000, 0, 500},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.noise.sd(test.expected, test.probes, window); math.Abs(got-test.want) > 1e-9 {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// How noisy a series is shows after some days, whatever its law says.
func TestNoiseIsLearned(t *testing.T) {
	const days = 10
	sd := func(share float64) Expectation {
		return run(bgp(), days*binsPerDay, noisy(flat(1e6), share))[days*binsPerDay]
	}
	calm, wild := sd(0.01), sd(0.20)
	if wild.SD[0] < 4*calm.SD[0] {
		t.Errorf("noise of 20 %% gives %.0f, of 1 %% %.0f", wild.SD[0], calm.SD[0])
	}
	if !(wild.SD[1] < wild.SD[0]/1.5) {
		t.Errorf("an average over three hours scatters by %.0f, over half an hour by %.0f", wild.SD[1], wild.SD[0])
	}
	// The root of the six values that half an hour holds, and somewhat more for what is not learned.
	near(t, "standard deviation over half an hour", wild.SD[0], 1e6*0.20/math.Sqrt(6), 0.25)
}

// A series that dips for an hour every few is noisier than its middle says.
func TestDipsAreNoiseToo(t *testing.T) {
	const days = 10
	dips := func(i int) (float64, bool) {
		if i/binsPerHour%11 == 0 {
			return 600, false
		}
		return 1000, false
	}
	got := run(bgp(), days*binsPerDay, dips)[days*binsPerDay]
	if got.SD[0] < 0.15*got.Value {
		t.Errorf("a series that is at 60 %% one hour in eleven has a standard deviation of %.0f", got.SD[0])
	}
}
