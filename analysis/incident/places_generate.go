//go:build ignore

// Places_generate writes the table behind CountryName and TimeZoneOf from the iso3166.tab and zone.tab
// of the tz database (public domain; Debian's package tzdata ships both, places.tsv is from 2025b).
package main

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// names replaces names that iso3166.tab words for sorting rather than for reading.
var names = map[string]string{
	"AS": "American Samoa", "BL": "Saint Barthélemy", "BQ": "Caribbean Netherlands",
	"CD": "Democratic Republic of the Congo", "CF": "Central African Republic",
	"CG": "Republic of the Congo", "CZ": "Czechia", "GB": "United Kingdom", "KP": "North Korea",
	"KR": "South Korea", "MF": "Saint Martin", "MM": "Myanmar", "SX": "Sint Maarten", "SZ": "Eswatini",
	"TC": "Turks and Caicos Islands", "TF": "French Southern Territories", "TL": "Timor-Leste",
	"VC": "Saint Vincent and the Grenadines", "VG": "British Virgin Islands", "VI": "US Virgin Islands",
	"WS": "Samoa",
}

// zones names the zone with the most people where zone.tab, which sorts by geography first, does not
// put it first, and a zone for uninhabited islands that it leaves out.
var zones = map[string]string{
	"AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "CA": "America/Toronto", "RU": "Europe/Moscow",
	"UA": "Europe/Kyiv", "UZ": "Asia/Tashkent", "FM": "Pacific/Pohnpei", "BV": "UTC", "HM": "UTC",
}

func main() {
	from := flag.String("from", "/usr/share/zoneinfo", "folder with iso3166.tab and zone.tab")
	out := flag.String("out", "places.tsv", "file to write")
	flag.Parse()

	table := map[string][2]string{
		// User-assigned, but it is the code that geolocation databases and outage trackers use.
		"XK": {"Kosovo", "Europe/Belgrade"},
	}
	for _, row := range rows(filepath.Join(*from, "iso3166.tab")) {
		name := strings.ReplaceAll(row[1], " & ", " and ")
		if rest, saint := strings.CutPrefix(name, "St "); saint {
			name = "Saint " + rest
		}
		table[row[0]] = [2]string{name, ""}
	}
	for _, row := range rows(filepath.Join(*from, "zone.tab")) {
		if c := table[row[0]]; c[1] == "" {
			table[row[0]] = [2]string{c[0], row[2]}
		}
	}
	var b bytes.Buffer
	codes := make([]string, 0, len(table))
	for code := range table {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	for _, code := range codes {
		c := table[code]
		if name, ok := names[code]; ok {
			c[0] = name
		}
		if zone, ok := zones[code]; ok {
			c[1] = zone
		}
		if c[1] == "" {
			log.Fatalf("%s has no zone", code)
		}
		fmt.Fprintf(&b, "%s\t%s\t%s\n", code, c[0], c[1])
	}
	if err := os.WriteFile(*out, b.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}

func rows(file string) [][]string {
	text, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	var rows [][]string
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if !strings.HasPrefix(line, "#") {
			rows = append(rows, strings.Split(line, "\t"))
		}
	}
	return rows
}
