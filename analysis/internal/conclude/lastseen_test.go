package conclude_test

import (
	"math"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/conclude"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// When the data stop in the middle of an event it goes on, and nobody claims to have seen it since.
func TestDataStopDuringAnEvent(t *testing.T) {
	for name, test := range map[string]struct {
		stop   float64 // hour of the day from which on nobody looks
		unseen bool
		long   bool // known to have lasted three hours
	}{
		"an hour after the onset":     {3, true, false},
		"four hours after the onset":  {6, true, true},
		"half an hour before the end": {8.5, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			key := series.Key{Place: incident.Place{Country: "XL"}, Signal: incident.SignalProbes, Source: "probes"}
			s := series.New(key, "", day.AddDate(0, 0, -10), day.Add(9*time.Hour))
			for i := range s.Values {
				hour := s.At(i).Sub(day).Hours()
				s.Values[i] = 40
				if hour >= 2 {
					s.Values[i] = 0
				}
				if hour >= test.stop {
					s.Values[i] = math.NaN()
				}
			}
			found := conclude.Incidents(conclude.Seen{Series: []series.Series{s}, Until: day.Add(9 * time.Hour)})
			if len(found) != 1 || !found[0].Ongoing() {
				t.Fatalf("found %+v, want one event that goes on", found)
			}
			i := found[0]
			stop := day.Add(time.Duration(test.stop * float64(time.Hour)))
			if i.LastSeen == nil || !i.LastSeen.Equal(stop) || i.Unseen() != test.unseen {
				t.Errorf("last seen %v, unseen %t, want %v and %t", i.LastSeen, i.Unseen(), stop, test.unseen)
			}
			long := false
			for _, r := range i.Shutdown.Reasons {
				long = long || r.ID == "long"
			}
			if long != test.long {
				t.Errorf("whether it lasted three hours is told: %t, want %t", long, test.long)
			}
		})
	}
}
