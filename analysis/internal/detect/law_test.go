package detect

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// What happens later changes neither what was expected nor the evidence, so that hindsight judges as it
// would have live.
func TestLaterBinsChangeNothingBefore(t *testing.T) {
	s := read(t, `
		signal bgp 10000
		signal active_probing 900
		signal probes_online 30
		all 02:00 04:00 0.4
		bgp 05:00 05:40 hole
		all 06:30 14:00 0
		active_probing 15:00 24:00 hole`)
	full := Run(s.signals, Defaults())
	last := 7 * 24 * hour
	for _, cut := range []int{last, last + 30, last + 40, last + 70, last + 100} {
		for name, after := range map[string]func([]float64) []float64{
			"nothing": func(before []float64) []float64 { return before },
			"holes":   func(before []float64) []float64 { return append(before, unknown(len(full.sharp)-cut)...) },
			"zeros":   func(before []float64) []float64 { return append(before, make([]float64, len(full.sharp)-cut)...) },
		} {
			var otherwise []series.Series
			for _, one := range s.signals {
				one.Values = after(slices.Clone(one.Values[:cut]))
				otherwise = append(otherwise, one)
			}
			got := Run(otherwise, Defaults())
			for k := range got.Tracks {
				n := min(cut+1, len(got.sharp)) // a bin's own value is not expected of it
				same(t, name+" after: expectations", got.Tracks[k].Expected[:n], full.Tracks[k].Expected[:n])
				same(t, name+" after: z-scores", got.Tracks[k].Z[:cut], full.Tracks[k].Z[:cut])
			}
			for k := range got.evidence {
				same(t, name+" after: evidence", got.evidence[k][:cut], full.evidence[k][:cut])
			}
		}
	}
}

func same(t *testing.T, what string, got, want []float64) {
	t.Helper()
	for i := range want {
		if got[i] != want[i] && !(math.IsNaN(got[i]) && math.IsNaN(want[i])) {
			t.Fatalf("%s: bin %d of %d is %v, want %v", what, i, len(want), got[i], want[i])
		}
	}
}

func TestPlacesDoNotDependOnOrder(t *testing.T) {
	s := read(t, `
		signal bgp 10000
		signal active_probing 900
		signal dns 1 40
		signal tls 1 40
		all 02:00 04:00 0.4
		dns 06:00 07:00 0`)
	all := slices.Clone(s.signals)
	for _, place := range []string{"XL/AS64501", "XL/AS64502", "XM"} {
		for _, one := range s.signals[:2] {
			one.Place, _ = incident.ParsePlace(place)
			all = append(all, one)
		}
	}
	service := s.signals[2]
	service.Signal, service.Service = incident.SignalService, "chat.example"
	all = append(all, service)

	want := Places(all, Defaults())
	var names []string
	for _, f := range want {
		names = append(names, f.Place.String()+f.Service)
		if brief(f.Found) == "" {
			t.Errorf("nothing found in %s%s", f.Place, f.Service)
		}
	}
	if got := strings.Join(names, " "); got != "XL XLchat.example XL/AS64501 XL/AS64502 XM" {
		t.Errorf("places %s", got)
	}
	for range 3 {
		rand.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
		for k, f := range Places(all, Defaults()) {
			if diff := cmp.Diff(want[k].Found, f.Found); diff != "" || f.Place != want[k].Place || f.Service != want[k].Service {
				t.Fatalf("another order gives %s%s otherwise:\n%s", f.Place, f.Service, diff)
			}
			if !slices.Equal(signals(f), signals(want[k])) {
				t.Fatalf("the signals of %s come as %v and as %v", f.Place, signals(f), signals(want[k]))
			}
			for scale := range scales {
				same(t, "evidence", f.evidence[scale], want[k].evidence[scale])
			}
		}
	}
}

func signals(f Finding) []incident.Signal {
	var out []incident.Signal
	for _, track := range f.Tracks {
		out = append(out, track.Signal)
	}
	return out
}

func TestEvidenceMustHoldForTwoBins(t *testing.T) {
	// The first bin at which an event is known, counted from its onset; the shortest event is one bin here.
	known := func(enterBins int) int {
		p := Defaults()
		p.EnterBins, p.Shortest = enterBins, series.Bin
		s := read(t, "signal bgp 10000\n bgp 02:00 06:00 0")
		onset := s.signals[0].Index(clock(t, "02:00"))
		for n := onset; n < onset+3*hour; n++ {
			one := s.signals[0]
			one.Values = one.Values[:n]
			if len(Run([]series.Series{one}, p).Found) > 0 {
				return n - onset
			}
		}
		t.Fatal("never found")
		return 0
	}
	if Defaults().EnterBins != 2 {
		t.Errorf("an event is entered after %d bins", Defaults().EnterBins)
	}
	once := known(1)
	for _, bins := range []int{2, 3, 5} {
		if got := known(bins); got != once+bins-1 {
			t.Errorf("evidence that must hold for %d bins is enough after %d, for one after %d", bins, got, once)
		}
	}
}

func TestMeanEvidenceNeedsHalfOfTheBins(t *testing.T) {
	s := read(t, `
		signal bgp 10000
		bgp 02:00 03:00 0
		bgp 02:00 02:35 hole
		bgp 04:00 05:00 0
		bgp 04:00 04:25 hole`)
	r := Run(s.signals, Defaults())
	bin := func(text string) int { return s.signals[0].Index(clock(t, text)) }
	for _, test := range []struct {
		name, from string
		want       float64
	}{
		{"under half seen", "02:00", math.NaN()},
		{"half seen", "04:00", Defaults().Limit},
		{"after the data", "24:00", math.NaN()},
	} {
		first := bin(test.from)
		same(t, test.name, []float64{r.MeanEvidence(first, first+hour-1)}, []float64{test.want})
	}
}
