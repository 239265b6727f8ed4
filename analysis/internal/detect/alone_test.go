package detect_test

import (
	"math"
	"testing"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/detect"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// What a bin shows by itself is known where the bin was seen, and nowhere else: neither the bins before a hole
// nor those in it speak for it.
func TestBinsAroundAHole(t *testing.T) {
	key := series.Key{Place: incident.Place{Country: "XL"}, Signal: incident.SignalProbes, Source: "probes"}
	s := series.New(key, "", midnight.AddDate(0, 0, -3), midnight.AddDate(0, 0, 1))
	from, until := s.Index(midnight), s.Index(midnight)+24 // nobody looks for two hours
	for i := range s.Values {
		s.Values[i] = 40
		switch {
		case i >= from && i < until:
			s.Values[i] = math.NaN()
		case i >= until:
			s.Values[i] = 0
		}
	}
	r := detect.Run([]series.Series{s}, detect.Defaults())
	for i := from - 1; i < until+3; i++ {
		if seen := !math.IsNaN(r.MeanEvidence(i, i)); seen != s.Known(i) {
			t.Errorf("%s: seen %t, known %t", s.At(i).Format("15:04"), seen, s.Known(i))
		}
	}
	if len(r.Found) != 1 {
		t.Fatalf("found %v", spans(r.Found))
	}
	if onset := r.Found[0].Onset; !onset.Earliest.Equal(s.At(from)) || !onset.Best.Equal(s.At(until)) {
		t.Errorf("began between %s and %s, at best %s; nobody looked from %s, and it was dark from %s",
			onset.Earliest, onset.Latest, onset.Best, s.At(from), s.At(until))
	}
}
