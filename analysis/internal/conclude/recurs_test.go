package conclude_test

import (
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/conclude"
	"github.com/lamplight-net/lamplight/analysis/internal/judge"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// Another event at the same time of day is a reason only when it is of the same place and kind.
func TestWhatRecurs(t *testing.T) {
	network := func(asn uint32) incident.Place { return incident.Place{Country: "XL", ASN: asn} }
	probes := func(place incident.Place) series.Key {
		return series.Key{Place: place, Signal: incident.SignalProbes, Source: "probes"}
	}
	region := func(id string) series.Key { return probes(incident.Place{Country: "ZZ", Region: id}) }
	service := series.Key{Place: incident.Place{Country: "XL"}, Signal: incident.SignalService, Service: "chat.example", Source: "probes"}
	country := probes(incident.Place{Country: "XL"})
	for name, test := range map[string]struct {
		first, second series.Key // dark from 2 to 4 h, on one day and on the next
		want          bool
	}{
		"the same country":           {country, country, true},
		"the same network":           {probes(network(1)), probes(network(1)), true},
		"a network of the country":   {probes(network(1)), country, true},
		"another network":            {probes(network(1)), probes(network(2)), false},
		"a service, and then all":    {service, country, false},
		"the same service":           {service, service, true},
		"two regions of nobody":      {region("ioda:1"), region("ioda:2"), false},
		"the same region of nobody":  {region("ioda:1"), region("ioda:1"), true},
		"another country altogether": {probes(incident.Place{Country: "XM"}), country, false},
	} {
		t.Run(name, func(t *testing.T) {
			dark := map[series.Key][]int{}
			dark[test.first] = append(dark[test.first], 0)
			dark[test.second] = append(dark[test.second], 1)
			var all []series.Series
			for key, days := range dark {
				one := series.New(key, "", day.AddDate(0, 0, -10), day.AddDate(0, 0, 2))
				one.Probes = make([]float64, len(one.Values))
				for i := range one.Values {
					one.Values[i], one.Probes[i] = 1, 40
					if key.Signal == incident.SignalProbes {
						one.Values[i] = 40
					}
					for _, d := range days {
						if hour := one.At(i).Sub(day).Hours() - 24*float64(d); hour >= 2 && hour < 4 {
							one.Values[i] = 0
						}
					}
				}
				if key.Signal == incident.SignalProbes {
					one.Probes = nil
				}
				all = append(all, one)
			}
			found := conclude.Incidents(conclude.Seen{Series: all, Networks: map[incident.Place]judge.Network{}, Until: day.Add(48 * time.Hour)})
			if len(found) != 2 {
				t.Fatalf("found %d events, want two", len(found))
			}
			for _, i := range found {
				for _, r := range i.Shutdown.Reasons {
					if r.ID == "recurs" && (r.Weight > 0) != test.want {
						t.Errorf("%s: %s", brief(i), r.Text)
					}
				}
			}
		})
	}
}
