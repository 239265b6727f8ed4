package judge

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/detect"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// seen reads a day of probes online, before which five ordinary ones go. Its lines are:
//
//	XL/AS64501 mobile 12              a network, its type and how many probes it has
//	XL/AS64501 02:00 04:00 0          what is left of them then
//	XL/AS64501 02:00 04:00 hole       nobody looked
//
// The country has as many probes as its networks together.
func seen(t *testing.T, text string) ([]series.Series, map[incident.Place]Network) {
	t.Helper()
	networks := map[incident.Place]Network{}
	all := map[incident.Place]series.Series{}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		place, err := incident.ParsePlace(words[0])
		if err != nil {
			t.Fatal(err)
		}
		value, err := strconv.ParseFloat(words[len(words)-1], 64)
		if words[len(words)-1] == "hole" {
			value, err = math.NaN(), nil
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(words) == 3 {
			networks[place] = Network{Type: words[1]}
			all[place] = probesOf(place, value)
			continue
		}
		one := all[place]
		for i := one.Index(clock(t, words[1])); i < one.Index(clock(t, words[2])); i++ {
			one.Values[i] *= value
		}
	}
	var out []series.Series
	whole := probesOf(incident.Place{Country: "XL"}, math.NaN())
	for _, one := range all {
		out = append(out, one)
		for i, v := range one.Values {
			switch {
			case math.IsNaN(whole.Values[i]):
				whole.Values[i] = v
			case !math.IsNaN(v):
				whole.Values[i] += v
			}
		}
	}
	return append(out, whole), networks
}

func probesOf(place incident.Place, usual float64) series.Series {
	key := series.Key{Place: place, Signal: incident.SignalProbes, Source: "probes"}
	one := series.New(key, "probes", day.AddDate(0, 0, -5), day.AddDate(0, 0, 1))
	for i := range one.Values {
		one.Values[i] = usual
	}
	return one
}

func TestNetworksBesideTheirCountry(t *testing.T) {
	const two = `
		XL/AS64501 mobile 20
		XL/AS64502 fixed 20
	`
	for _, test := range []struct {
		name, day  string
		want       []string
		mobileOnly bool
		types      string
	}{
		{"all of it", two + `
			XL/AS64501 02:00 04:00 0
			XL/AS64502 02:00 04:00 0`, []string{"NATIONWIDE XL 02:00 04:00"}, false, "fixed mobile"},
		{"mobile only", two + `
			XL/AS64501 02:00 04:00 0`, []string{"NETWORK XL/AS64501 02:00 04:00"}, true, "mobile"},
		{"fixed only", two + `
			XL/AS64502 02:00 04:00 0`, []string{"NETWORK XL/AS64502 02:00 04:00"}, false, "fixed"},
		{"nobody looked at the fixed one", two + `
			XL/AS64501 02:00 04:00 0
			XL/AS64502 02:00 04:00 hole`, []string{"NATIONWIDE XL 02:00 04:00"}, false, ""},
		{"another mobile one stayed, and nobody looked at the fixed one", two + `
			XL/AS64503 mobile 20
			XL/AS64501 02:00 04:00 0
			XL/AS64502 02:00 04:00 hole`, []string{"NETWORK XL/AS64501 02:00 04:00"}, false, "mobile"},
		{"a fifth of the country stayed", `
			XL/AS64501 mobile 80
			XL/AS64502 fixed 21
			XL/AS64501 02:00 04:00 0`, []string{"NETWORK XL/AS64501 02:00 04:00"}, true, "mobile"},
		{"under a fifth of the country stayed", `
			XL/AS64501 mobile 80
			XL/AS64502 fixed 19
			XL/AS64501 02:00 04:00 0`, []string{"NATIONWIDE XL 02:00 04:00"}, false, "mobile"},
		{"too small a network for the country to show it", `
			XL/AS64501 mobile 12
			XL/AS64502 fixed 200
			XL/AS64501 02:00 04:00 0`, []string{"NETWORK XL/AS64501 02:00 04:00"}, true, "mobile"},
		{"nobody knows of what type", `
			XL/AS64501 unknown 20
			XL/AS64502 fixed 20
			XL/AS64501 02:00 04:00 0`, []string{"NETWORK XL/AS64501 02:00 04:00"}, false, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			all, networks := seen(t, test.day)
			p := detect.Defaults()
			got := Incidents(detect.Places(all, p), networks, p, day.AddDate(0, 0, 1))
			if diff := cmp.Diff(test.want, brief(got)); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
			if types := strings.Join(got[0].NetworkTypes, " "); got[0].MobileOnly != test.mobileOnly || types != test.types {
				t.Errorf("types %q, mobile only %t, want %q and %t", types, got[0].MobileOnly, test.types, test.mobileOnly)
			}
			if got[0].Generated || len(got[0].Evidence) == 0 {
				t.Errorf("generated %t, %d pieces of evidence", got[0].Generated, len(got[0].Evidence))
			}
		})
	}
}

func TestRehearsalDataMarksWhatRestsOnIt(t *testing.T) {
	all, networks := seen(t, `
		XL/AS64501 mobile 20
		XL/AS64502 fixed 20
		XL/AS64501 02:00 04:00 0
		XL/AS64502 10:00 12:00 0`)
	one := slices.IndexFunc(all, func(s series.Series) bool { return s.Place.ASN == 64501 })
	all[one].Generated = true
	p := detect.Defaults()
	got := Incidents(detect.Places(all, p), networks, p, day.AddDate(0, 0, 1))
	if len(got) != 2 || !got[0].Generated || got[1].Generated {
		t.Errorf("got %v", brief(got))
	}
}

func TestPlacesHaveNames(t *testing.T) {
	networks := map[incident.Place]Network{
		{Country: "XL"}:             {Name: "Lampland"},
		{Country: "XL", ASN: 64501}: {Name: "Example Telecom"},
	}
	j := &judge{networks: networks}
	for text, want := range map[string]string{
		"XL":           "Lampland",
		"IQ":           "Iraq",
		"XL/AS64501":   "Example Telecom (AS64501), Lampland",
		"XL/AS64502":   "AS64502, Lampland",
		"UA/UA-18":     "UA-18, Ukraine",
		"ZZ/ioda:4369": "Region ioda:4369",
	} {
		place, err := incident.ParsePlace(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := j.nameOf(place); got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}
