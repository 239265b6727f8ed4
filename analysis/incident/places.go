package incident

import (
	_ "embed"
	"strings"
	"sync"
	_ "time/tzdata" // TimeZoneOf's names must load on a machine without a time zone database
)

//go:generate go run places_generate.go -out places.tsv

// placesTable has one line a country: ISO 3166-1 alpha-2 code, English name, IANA time zone. It is made
// by places_generate.go from the tz database, which is in the public domain.
//
//go:embed places.tsv
var placesTable string

type country struct{ name, zone string }

var countries = sync.OnceValue(func() map[string]country {
	table := make(map[string]country)
	for line := range strings.Lines(placesTable) {
		if fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(fields) == 3 {
			table[fields[0]] = country{name: fields[1], zone: fields[2]}
		}
	}
	return table
})

// CountryName returns the English name of an ISO 3166-1 alpha-2 code. A code that no table knows, such
// as a user-assigned one, is its own name.
func CountryName(code string) string {
	if c, known := countries()[code]; known {
		return c.name
	}
	return code
}

// TimeZoneOf returns the IANA time zone of a place as Place.String writes it: where the country has
// several, the one most of its people live in, whatever the region. A country that no table knows is
// in UTC. The result always loads with time.LoadLocation.
func TimeZoneOf(place string) string {
	code, _, _ := strings.Cut(place, "/")
	if c, known := countries()[code]; known {
		return c.zone
	}
	return "UTC"
}
