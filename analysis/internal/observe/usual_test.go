package observe

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// A country that is silent for weeks stays known as one that is not usually.
func TestLongSilenceIsSeenThroughout(t *testing.T) {
	const days = 24 * 12
	var all []Beats
	for i := range 24 * days {
		if i < 10*days {
			all = append(all, beats("XL", i, 20, 20, 20))
		}
		all = append(all, beats("XM", i, 10, 10, 10))
	}
	until := day.Add(24 * days * series.Bin)
	for _, s := range Online(all, day, until, until) {
		if s.Place != (incident.Place{Country: "XL"}) {
			continue
		}
		for i := 10 * days; i < len(s.Values); i++ {
			if s.Values[i] != 0 {
				t.Fatalf("after %d days of silence XL has %v probes, want none of 20", (i-10*days)/days, s.Values[i])
			}
		}
	}
}

// The same rows give the same holes wherever the window begins, once a week of it has been heard.
func TestHolesDoNotDependOnTheWindow(t *testing.T) {
	const days = 24 * 12
	for seed := range uint64(4) {
		dice := rand.New(rand.NewPCG(seed, 3))
		var all []Beats
		for i := range 12 * days {
			for _, country := range []string{"XL", "XM"} {
				if n := uint64(4 + dice.IntN(4)); dice.Float64() < 0.9 {
					all = append(all, beats(country, i, n, n, n))
				}
			}
		}
		until := day.Add(12 * days * series.Bin)
		latest := func(from time.Time) [][]float64 {
			var out [][]float64
			for _, s := range Online(all, from, until, until.Add(time.Hour)) {
				out = append(out, s.Values[len(s.Values)-2*days:])
			}
			return out
		}
		want := latest(day)
		for k := range 13 {
			from := day.Add(time.Duration(k) * series.Bin)
			if diff := cmp.Diff(want, latest(from), cmpopts.EquateNaNs()); diff != "" {
				t.Errorf("seed %d: from %v on, the last two days are others:\n%s", seed, from, diff)
				break
			}
		}
	}
}

func TestUsualIsTheMedianOfWhatWasHeard(t *testing.T) {
	counts := make(column, 30)
	for i := range counts {
		counts[i] = float64(i % 3) // 0, 1, 2
	}
	for first, want := range map[int]int{0: 24, 5: 19} { // 18 of 24 bins were heard by then, of 19 twelve
		got := usual(counts, counts, memory, first)
		for i, v := range got {
			if known := !math.IsNaN(v); known != (i >= want) || known && v != 2 {
				t.Errorf("first bin %d: usual number in bin %d is %v", first, i, v)
			}
		}
	}
}

// A series of probes knows how many of them ran, whether or not anything answered them.
func TestOnlineKnowsWhoRan(t *testing.T) {
	for _, s := range Online(append(steady(), beats("XL", 24, 20, 20, 3)), day, day.Add(25*series.Bin), day.Add(25*series.Bin)) {
		if s.Place == (incident.Place{Country: "XL"}) && (s.Ran[24] != 20 || s.Values[24] != 3 || s.Off(24)) {
			t.Errorf("%v of %v online", s.Values[24], s.Ran[24])
		}
	}
}
