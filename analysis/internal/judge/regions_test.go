package judge

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

func TestRegions(t *testing.T) {
	for _, test := range []struct {
		name, found string
		want        []string
	}{
		{"a country takes its regions with it", `
			XL 02:00 04:00
			XL/XL-01 02:00 04:00
			XL/XL-02 02:30 03:30`, []string{"NATIONWIDE XL 02:00 04:00"}},
		{"but not one that was dark before and after", `
			XL 02:00 04:00
			XL/XL-01 01:00 09:00`, []string{"REGIONAL XL/XL-01 01:00 09:00", "NATIONWIDE XL 02:00 04:00"}},
		{"nor at another time", `
			XL 02:00 04:00
			XL/XL-01 12:00 on`, []string{"NATIONWIDE XL 02:00 04:00", "REGIONAL XL/XL-01 12:00 on"}},
		{"nor another country's", `
			XL 02:00 04:00
			XM/XM-01 02:00 04:00`, []string{"NATIONWIDE XL 02:00 04:00", "REGIONAL XM/XM-01 02:00 04:00"}},
		{"a region alone", "XL/XL-01 02:00 04:00", []string{"REGIONAL XL/XL-01 02:00 04:00"}},
		{"regions of no known country", `
			ZZ/ioda:1 02:00 04:00
			ZZ/ioda:2 02:00 04:00`, []string{"REGIONAL ZZ/ioda:1 02:00 04:00", "REGIONAL ZZ/ioda:2 02:00 04:00"}},
		{"a region explains no service of the country", `
			XL/XL-01 02:00 04:00
			XL chat.example 02:00 04:00`, []string{"PLATFORM XL 02:00 04:00 chat.example", "REGIONAL XL/XL-01 02:00 04:00"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, brief(judgeAll(t, test.found))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRegionsHaveNames(t *testing.T) {
	place := incident.Place{Country: "XL", Region: "XL-01"}
	j := &judge{networks: map[incident.Place]Network{place: {Name: "North"}, {Country: "XL"}: {Name: "Lampland"}}}
	if got := j.nameOf(place); got != "North, Lampland" {
		t.Errorf("got %q", got)
	}
}
