package judge_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/detect"
	"github.com/lamplight-net/lamplight/analysis/internal/judge"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// All of a country goes dark for an hour. While one of its networks takes three hours more to come back, that is
// a second event only if the network stays dark.
func TestWhatLingersIsNoSecondEvent(t *testing.T) {
	start := time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)
	until := start.AddDate(0, 0, 5).Add(5*time.Hour + 30*time.Minute)
	for name, test := range map[string]struct {
		left float64 // of the nine probes of the third network, from three o'clock on
		want string
	}{
		"a third is missing": {6, "[NATIONWIDE XL]"},
		"it stays dark":      {0, "[NATIONWIDE XL NETWORK XL/AS3]"},
		"all are back":       {9, "[NATIONWIDE XL]"},
	} {
		t.Run(name, func(t *testing.T) {
			all := make(map[uint32]series.Series)
			for asn := range uint32(4) {
				key := series.Key{Place: incident.Place{Country: "XL", ASN: asn}, Signal: incident.SignalProbes, Source: "probes"}
				all[asn] = series.New(key, "", start, until)
			}
			for i := range all[0].Values {
				hour := float64(i)/12 - 5*24
				sum := 0.0
				for asn, probes := range map[uint32]float64{1: 40, 2: 50, 3: 9} {
					switch {
					case hour >= 2 && hour < 3:
						probes = 0
					case hour >= 3 && asn == 3:
						probes = test.left
					}
					all[asn].Values[i] = probes
					sum += probes
				}
				all[0].Values[i] = sum
			}
			p := detect.Defaults()
			var got []string
			for _, i := range judge.Incidents(detect.Places([]series.Series{all[0], all[1], all[2], all[3]}, p), nil, p, until) {
				got = append(got, fmt.Sprint(i.Type, " ", i.Place))
			}
			if fmt.Sprint(got) != test.want {
				t.Errorf("found %v, want %s", got, test.want)
			}
		})
	}
}
