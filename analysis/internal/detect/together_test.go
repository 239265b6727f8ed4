package detect_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/detect"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// Five kinds of signal lose a little, none of them enough to say so alone: what began when they were asked
// together ends when they are.
func TestWhatTheySawTogetherEnds(t *testing.T) {
	loss := map[incident.Signal]float64{
		incident.SignalProbes: 0.19, incident.SignalActive: 0.095, incident.SignalTelescope: 0.19,
		incident.SignalTraffic: 0.19, incident.SignalAtlas: 0.19,
	}
	dice := rand.New(rand.NewPCG(1, 2))
	var all []series.Series
	for _, signal := range slices.Sorted(maps.Keys(loss)) {
		key := series.Key{Place: incident.Place{Country: "XL"}, Signal: signal, Source: "x"}
		s := series.New(key, "", midnight.AddDate(0, 0, -10), midnight.AddDate(0, 0, 2))
		for i := range s.Values {
			s.Values[i] = 1e5 * (1 + 0.003*dice.NormFloat64())
			if h := s.At(i).Sub(midnight).Hours(); h >= 2 && h < 5 {
				s.Values[i] *= 1 - loss[signal]
			}
		}
		all = append(all, s)
	}
	found := detect.Run(all, detect.Defaults()).Found
	if len(found) != 1 || found[0].End == nil {
		t.Fatalf("found %v, want one event that ended", spans(found))
	}
	for k := range all {
		r := detect.Run(all[k:k+1], detect.Defaults())
		if len(r.Found) != 0 {
			t.Errorf("%s alone shows %v", all[k].Signal, spans(r.Found))
		}
	}
	if off := found[0].End.Best.Sub(midnight.Add(5 * time.Hour)).Abs(); off > 15*time.Minute {
		t.Errorf("found %v, want an end at 05:00", spans(found))
	}
}
