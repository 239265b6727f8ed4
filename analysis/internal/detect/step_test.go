package detect_test

import (
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/detect"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// A source that measures every half hour does not know to five minutes when it was.
func TestMomentsAreAsCoarseAsWhatSawThem(t *testing.T) {
	from, until := midnight.AddDate(0, 0, -7), midnight.AddDate(0, 0, 1)
	measured := func(signal incident.Signal, every time.Duration, left float64) series.Series {
		var points []series.Point
		for at := from; at.Before(until); at = at.Add(every) {
			p := series.Point{At: at, Value: 10000}
			if hour := at.Sub(midnight).Hours(); hour >= 2 && hour < 4 {
				p.Value *= left
			}
			points = append(points, p)
		}
		key := series.Key{Place: incident.Place{Country: "XL"}, Signal: signal, Source: "x"}
		return series.FromPoints(key, "", points, from, until)
	}
	for name, test := range map[string]struct {
		signals []series.Series
		off     time.Duration // the interval beyond one bin, on either side
	}{
		"every five minutes": {[]series.Series{measured(incident.SignalBGP, series.Bin, 0)}, 0},
		"every half hour":    {[]series.Series{measured(incident.SignalTraffic, 30*time.Minute, 0)}, 25 * time.Minute},
		"both":               {[]series.Series{measured(incident.SignalBGP, series.Bin, 0), measured(incident.SignalTraffic, 30*time.Minute, 0)}, 25 * time.Minute},
		"the coarse one did not see it": {[]series.Series{
			measured(incident.SignalBGP, series.Bin, 0), measured(incident.SignalTraffic, 30*time.Minute, 1)}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			found := detect.Run(test.signals, detect.Defaults()).Found
			if len(found) != 1 || found[0].End == nil {
				t.Fatalf("found %v", spans(found))
			}
			onset, end := midnight.Add(2*time.Hour), midnight.Add(4*time.Hour)
			want := []time.Time{onset.Add(-test.off), onset, onset.Add(series.Bin + test.off), end.Add(-series.Bin - test.off), end, end.Add(test.off)}
			got := []time.Time{found[0].Onset.Earliest, found[0].Onset.Best, found[0].Onset.Latest,
				found[0].End.Earliest, found[0].End.Best, found[0].End.Latest}
			for k := range want {
				if !got[k].Equal(want[k]) {
					t.Fatalf("onset and end\n%v, want\n%v", got, want)
				}
			}
		})
	}
}
