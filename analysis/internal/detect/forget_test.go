package detect_test

import (
	"math"
	"testing"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/detect"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// An hour of nothing, and a while after it nobody looks for half an hour: of what the long window then still knows
// most is the event that is over, which is no evidence of another one.
func TestAnEventIsNotFoundAgainInAHole(t *testing.T) {
	key := series.Key{Place: incident.Place{Country: "XL"}, Signal: incident.SignalProbes, Source: "probes"}
	for after := 1; after < 30; after++ { // bins between the event and the hole
		for length := 1; length < 24; length++ {
			s := series.New(key, "", midnight.AddDate(0, 0, -5), midnight.AddDate(0, 0, 1))
			dark := s.Index(midnight) + 24
			for i := range s.Values {
				s.Values[i] = 34
				switch hole := i - dark - 12 - after; {
				case i >= dark && i < dark+12:
					s.Values[i] = 0
				case hole >= 0 && hole < length:
					s.Values[i] = math.NaN()
				}
			}
			found := detect.Run([]series.Series{s}, detect.Defaults()).Found
			if len(found) != 1 || found[0].End == nil || !found[0].End.Best.Equal(s.At(dark+12)) {
				t.Fatalf("nobody looks %d bins after the end for %d bins: found %v, want one event that ended at 03:00", after, length, spans(found))
			}
		}
	}
}
