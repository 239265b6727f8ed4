package observe

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/ingest/store"
)

func TestParseRegions(t *testing.T) {
	got, err := ParseRegions(strings.NewReader("# IODA's id, code, name\n7\tXL-01\tNorth\r\n\n12\tXL-2A\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := Regions{
		"7":  {incident.Place{Country: "XL", Region: "XL-01"}, "North"},
		"12": {incident.Place{Country: "XL", Region: "XL-2A"}, ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for text, want := range map[string]string{
		"":                          "no region",
		"# nothing\n":               "no region",
		"7\tXL-01\tNorth\n7\tXL-02": "line 2: region 7 stands there twice",
		"7 XL-01":                   "line 1 is not like",
		"North\tXL-01":              "line 1 is not like",
		"7\tNorth":                  "line 1 is not like",
		"7\tXL-01\tNorth\tmore":     "line 1 is not like",
		"7\t" + strings.Repeat("x", maxRegionLine): "longer than",
	} {
		if _, err := ParseRegions(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v, want an error that says %q", text, err, want)
		}
	}
}

func FuzzParseRegions(f *testing.F) {
	f.Add("7\tXL-01\tNorth\n")
	f.Add("# x\n\n4294967296\tXL-01")
	f.Fuzz(func(t *testing.T, text string) {
		regions, err := ParseRegions(strings.NewReader(text))
		if (err == nil) != (len(regions) > 0) {
			t.Errorf("%d regions and %v", len(regions), err)
		}
		for id, r := range regions {
			if place, err := incident.ParsePlace(r.Place.String()); err != nil || place != r.Place || id == "" {
				t.Errorf("region %q is %s: %v", id, r.Place, err)
			}
		}
	})
}

func TestRegionsHaveTheirCountry(t *testing.T) {
	rows := []store.Signal{
		{Source: "ioda", EntityType: "region", EntityCode: "7", Name: "bgp", At: day, Value: 3},
		{Source: "ioda", EntityType: "region", EntityCode: "8", Name: "bgp", At: day, Value: 3},
	}
	regions := Regions{"7": {Place: incident.Place{Country: "XL", Region: "XL-01"}}}
	var got []string
	for _, s := range External(rows, regions, day, day.Add(1)) {
		got = append(got, s.Place.String())
	}
	if diff := cmp.Diff([]string{"XL/XL-01", "ZZ/ioda:8"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
