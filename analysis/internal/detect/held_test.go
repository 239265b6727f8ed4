package detect_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/detect"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// Nobody gets used to the dark so far that it is over: what is taken for the new normal ends no event.
func TestNewNormalIsNoEnd(t *testing.T) {
	for _, test := range []struct {
		name string
		left func(day float64) float64 // share that is left, by days since the onset
		days float64                   // seen since the onset
		want []float64                 // onset and end of each event in days since the first onset; -1 goes on
	}{
		{"all gone for ten days, going on", func(float64) float64 { return 0 }, 10, []float64{0, -1}},
		{"nobody looks after a day, going on", func(day float64) float64 {
			if day > 1 {
				return math.NaN()
			}
			return 0
		}, 10, []float64{0, -1}},
		{"nearly half gone for ten days, going on", func(float64) float64 { return 0.55 }, 10, []float64{0, -1}},
		{"nearly half gone for nine days, then back", back(0.55, 9), 12, []float64{0, 9}},
		{"all gone for thirty days, then back", back(0, 30), 33, []float64{0, 30}},
		{"all gone for thirty days, going on", func(float64) float64 { return 0 }, 31, []float64{0, -1}},
		{"nearly half gone for good, and on the tenth day the rest for four hours", func(day float64) float64 {
			if day >= 10 && day < 10+4.0/24 {
				return 0
			}
			return 0.55
		}, 12, []float64{0, -1, 10, 10 + 4.0/24}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dice := rand.New(rand.NewPCG(1, 2))
			key := series.Key{Place: incident.Place{Country: "XL"}, Signal: incident.SignalProbes, Source: "probes"}
			dark := midnight.Add(10 * time.Hour)
			s := series.New(key, "", midnight.AddDate(0, 0, -14), dark.Add(time.Duration(test.days*24*float64(time.Hour))))
			for i := range s.Values {
				left, day := 1.0, s.At(i).Sub(dark).Hours()/24
				if day >= 0 {
					left = test.left(day)
				}
				hour := s.At(i).Sub(midnight).Hours()
				s.Values[i] = left * 100 * (1 + 0.1*math.Sin(hour/24*2*math.Pi) + 0.02*dice.NormFloat64())
			}
			var got []float64
			for _, d := range detect.Run([]series.Series{s}, detect.Defaults()).Found {
				end := -1.0
				if d.End != nil {
					end = d.End.Best.Sub(dark).Hours() / 24
				} else if d.Last != len(s.Values)-1 {
					t.Errorf("it goes on, and its last bin is %d of %d", d.Last, len(s.Values))
				}
				got = append(got, d.Onset.Best.Sub(dark).Hours()/24, end)
			}
			if len(got) != len(test.want) {
				t.Fatalf("found %v, want %v", got, test.want)
			}
			for k := range got {
				if math.Abs(got[k]-test.want[k]) > 0.5/24 {
					t.Errorf("found %v, want %v", got, test.want)
				}
			}
		})
	}
}

// back leaves a share until a day, and all of it afterwards.
func back(share, until float64) func(float64) float64 {
	return func(day float64) float64 {
		if day < until {
			return share
		}
		return 1
	}
}
