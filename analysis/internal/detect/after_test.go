package detect_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/detect"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// midnight is the last one before the hours that the tests of this file count from.
var midnight = time.Date(2026, 3, 11, 0, 0, 0, 0, time.UTC)

// flickering returns eleven days of about a hundred probes that come and go, of which left says which share
// is there at an hour; hours count from midnight, and the days end at until.
func flickering(seed uint64, until float64, left func(hour float64) float64) series.Series {
	dice := rand.New(rand.NewPCG(seed, 2))
	key := series.Key{Place: incident.Place{Country: "XL"}, Signal: incident.SignalProbes, Source: "probes"}
	s := series.New(key, "", midnight.AddDate(0, 0, -10), midnight.Add(time.Duration(until*float64(time.Hour))))
	for i := range s.Values {
		s.Values[i] = max(0, left(s.At(i).Sub(midnight).Hours())*100*(1+0.30*dice.NormFloat64()))
	}
	return s
}

// spans writes detections as hours of the day.
func spans(found []detect.Detection) []string {
	var out []string
	for _, d := range found {
		end := "on"
		if d.End != nil {
			end = d.End.Best.Format("15:04")
		}
		out = append(out, fmt.Sprintf("%s %s", d.Onset.Best.Format("15:04"), end))
	}
	return out
}

// An hour of nothing, and two hours later a lesser loss that only the long window shows: six hours back from
// where it is noticed lies the first event, which is neither its onset nor its end.
func TestEventsAfterOneAnother(t *testing.T) {
	seeds := []uint64{2, 5, 6, 8, 11} // with which chance hides the lesser loss from the short window for hours
	for _, test := range []struct{ until, end float64 }{{9, 99}, {12, 99}, {24, 11}} {
		for _, seed := range seeds {
			found := detect.Run([]series.Series{flickering(seed, test.until, func(hour float64) float64 {
				switch {
				case hour >= 2 && hour < 3:
					return 0
				case hour >= 5 && hour < test.end:
					return 0.52
				}
				return 1
			})}, detect.Defaults()).Found
			if len(found) != 2 {
				t.Errorf("seed %d, lost until %v h, seen until %v h: %v, want two events", seed, test.end, test.until, spans(found))
				continue
			}
			if first := found[0].End; found[1].Onset.Earliest.Before(first.Best) {
				t.Errorf("seed %d: %v, and the second began %s at the earliest", seed, spans(found), found[1].Onset.Earliest)
			}
			for k, onset := range []float64{2, 5} {
				if off := found[k].Onset.Best.Sub(midnight).Hours() - onset; off < -0.5 || off > 2.5 {
					t.Errorf("seed %d, lost until %v h, seen until %v h: %v, want onsets at about 2 and 5 h", seed, test.end, test.until, spans(found))
				}
			}
		}
	}
}
