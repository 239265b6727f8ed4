package conclude_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/internal/conclude"
	"github.com/lamplight-net/lamplight/analysis/internal/observe"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// A country whose probes are silent for weeks is dark for weeks: that they are missed for a week does not
// make it over.
func TestLongBlackoutEndsWhenItEnds(t *testing.T) {
	for name, test := range map[string]struct{ dark, seen int }{
		"ten days and going on":      {10, 10},
		"nine days, then back":       {9, 11},
		"thirty-two days, then back": {32, 34},
	} {
		t.Run(name, func(t *testing.T) {
			begin, end := day, day.AddDate(0, 0, test.dark)
			from, until := day.AddDate(0, 0, -21), day.AddDate(0, 0, test.seen)
			var rows []observe.Beats
			for at := from; at.Before(until); at = at.Add(series.Bin) {
				for country, n := range map[string]uint64{"XL": 40, "XM": 25} {
					if country != "XL" || at.Before(begin) || !at.Before(end) {
						rows = append(rows, observe.Beats{Bin: at, Country: country, ASN: 64501, Heard: n, Settled: n, Online: n})
					}
				}
			}
			seen := conclude.Seen{Series: observe.Online(rows, from, until, until.Add(time.Hour)), Until: until}
			var got []time.Time
			for _, i := range conclude.Incidents(seen) {
				got = append(got, i.Onset.Best)
				if i.End != nil {
					got = append(got, i.End.Best)
				}
			}
			want := []time.Time{begin}
			if test.seen > test.dark {
				want = append(want, end)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("onset and end (-want +got):\n%s", diff)
			}
		})
	}
}
