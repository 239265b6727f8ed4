package incident_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

func TestCountryName(t *testing.T) {
	for code, want := range map[string]string{
		"IQ": "Iraq",
		"CD": "Democratic Republic of the Congo",
		"CI": "Côte d'Ivoire",
		"BA": "Bosnia and Herzegovina",
		"LC": "Saint Lucia",
		"XK": "Kosovo",
		"XL": "XL",
		"ZZ": "ZZ",
		"":   "",
	} {
		if got := incident.CountryName(code); got != want {
			t.Errorf("CountryName(%q) = %q, want %q", code, got, want)
		}
	}
}

func TestTimeZoneOf(t *testing.T) {
	for place, want := range map[string]string{
		"KE":         "Africa/Nairobi",
		"UA/UA-18":   "Europe/Kyiv",
		"IQ/AS50710": "Asia/Baghdad",
		"RU":         "Europe/Moscow",
		"XL":         "UTC",
		"":           "UTC",
	} {
		if got := incident.TimeZoneOf(place); got != want {
			t.Errorf("TimeZoneOf(%q) = %q, want %q", place, got, want)
		}
	}
}

// TestEveryPlaceIsComplete reads the table itself, so that a regenerated one cannot lose a country or
// name a zone that Go does not know.
func TestEveryPlaceIsComplete(t *testing.T) {
	table, err := os.ReadFile("places.tsv")
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for line := range strings.Lines(string(table)) {
		lines++
		code, _, _ := strings.Cut(line, "\t")
		if len(code) != 2 || incident.CountryName(code) == code {
			t.Errorf("line %d: %q has no name", lines, code)
		}
		if zone := incident.TimeZoneOf(code); zone == "" {
			t.Errorf("%s has no time zone", code)
		} else if _, err := time.LoadLocation(zone); err != nil {
			t.Errorf("%s: %v", code, err)
		}
	}
	if want := 250; lines != want { // ISO 3166-1 has 249; XK is added
		t.Errorf("%d countries, want %d", lines, want)
	}
}
