package stop_test

import (
	"encoding/csv"
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lamplight-net/lamplight/ingest/internal/feeds/stop"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// header is the order of columns in the real file, as far as this project uses them, and one that it
// does not.
var header = []string{
	"start_date_type", "start_date", "country", "geo_scope", "area_name", "shutdown_type", "affected_network",
	"shutdown_extent", "actual_cause", "info_source_link", "end_date", "facebook_affected", "twitter_affected",
	"whatsapp_affected", "instagram_affected", "telegram_affected", "other_affected", "event", "an_link",
}

// line is a made-up report: what is not given is \N, as in the real file.
type line map[string]string

const (
	oneCity    = "It only affected one city, county, or village"
	oneState   = "It affected more than one city in the same state, province, or region"
	manyStates = "It affected locations in more than one state, province, or region"
)

func base() line {
	return line{
		"start_date": "2021-03-04 00:00:00.000000", "end_date": "2021-03-06 00:00:00.000000", "country": "Kenya",
		"geo_scope": manyStates, "area_name": "Nationwide", "shutdown_type": "Shutdown", "shutdown_extent": "Full network",
		"affected_network": "Broadband, Mobile", "actual_cause": "Elections",
		"info_source_link": "https://news.example/a; https://other.example/b",
	}
}

func with(changes line) line {
	l := base()
	maps.Copy(l, changes)
	return l
}

func file(t *testing.T, lines ...line) string {
	t.Helper()
	var text strings.Builder
	w := csv.NewWriter(&text)
	records := [][]string{header}
	for _, l := range lines {
		var record []string
		for _, column := range header {
			value, given := l[column]
			if !given {
				value = `\N`
			}
			record = append(record, value)
		}
		records = append(records, record)
	}
	if err := w.WriteAll(records); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func read(text string) (reports []store.Report, skipped map[string]int, err error) {
	skipped = make(map[string]int)
	for report, err := range stop.Read(strings.NewReader(text), nil, func(reason string) { skipped[reason]++ }) {
		if err != nil {
			return reports, skipped, err
		}
		reports = append(reports, report)
	}
	return reports, skipped, nil
}

// one reads a file of one report.
func one(t *testing.T, l line) store.Report {
	t.Helper()
	reports, skipped, err := read(file(t, l))
	if err != nil || len(reports) != 1 {
		t.Fatalf("%d reports, skipped %v, %v; want one", len(reports), skipped, err)
	}
	return reports[0]
}

func TestRead(t *testing.T) {
	end := time.Date(2021, 3, 6, 0, 0, 0, 0, time.UTC)
	want := store.Report{
		Source: "access-now-stop", Country: "KE", Area: "Nationwide", Scope: "national",
		StartDate: time.Date(2021, 3, 4, 0, 0, 0, 0, time.UTC), EndDate: &end,
		Type: "shutdown", Network: "both", Services: []string{"Twitter", "Telegram", "VK (VKontakte)", "Signal"},
		Cause: "Elections", Title: "The network was cut on the eve of the vote.", Link: "https://news.example/a",
	}
	got := one(t, with(line{
		"twitter_affected": "Yes", "telegram_affected": "Yes", "facebook_affected": "No", "whatsapp_affected": "Unknown",
		"other_affected": "VK (VKontakte),  Signal", "event": "The network was cut\non the eve of the vote.",
	}))
	if len(got.ID) != 16 {
		t.Errorf("the id has %d bytes, want 16", len(got.ID))
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(store.Report{}, "ID")); diff != "" {
		t.Error(diff)
	}
}

func TestPlaces(t *testing.T) {
	for _, test := range []struct {
		name                 string
		country, scope, area string
		wantCountry, want    string
		regions              []string
	}{
		{"national", "Iran (Islamic Republic of)", manyStates, "National ", "IR", "national", nil},
		{"national but for a part", "Iraq", manyStates, "nationwide (except Kurdistan)", "IQ", "national", nil},
		{"not the whole nation", "India", manyStates, "National Capital Territory of Delhi, Haryana", "IN", "regional", []string{"IN-DL", "IN-HR"}},
		{"many states without a name", "Sudan", manyStates, `\N`, "SD", "unknown", nil},
		{"one state", "India", oneState, "Kulgam & Shopian, Jammu & Kashmir", "IN", "regional", []string{"IN-JK"}},
		{"several states", "Myanmar", manyStates, "Rakhine and Chin States", "MM", "regional", []string{"MM-14", "MM-16"}},
		{"not half a word", "Myanmar", oneState, "Monywa", "MM", "regional", nil},
		{"a possessive", "Myanmar", manyStates, "Sagaing’s Pale", "MM", "regional", []string{"MM-01"}},
		{"all but one", "Ethiopia", manyStates, "All regions except Addis Ababa", "ET", "regional", nil},
		{"one city", "Pakistan", oneCity, "Wana, Balochistan", "PK", "local", []string{"PK-BA"}},
		{"a country without regions", "Kenya", oneState, "Rift Valley", "KE", "regional", nil},
		{"a part that the file lists as a country", "Somaliland", manyStates, "Nationwide", "SO", "regional", nil},
		{"an article", "The Gambia", manyStates, "Entire country", "GM", "national", nil},
		{"accents", "Côte d'Ivoire", manyStates, "Nationwide", "CI", "national", nil},
		{"not sure", "Gabon", "Not sure", `\N`, "GA", "unknown", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := one(t, with(line{"country": test.country, "geo_scope": test.scope, "area_name": test.area}))
			if got.Country != test.wantCountry || got.Scope != test.want {
				t.Errorf("%s, %s; want %s, %s", got.Country, got.Scope, test.wantCountry, test.want)
			}
			if diff := cmp.Diff(test.regions, got.Regions); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestKinds(t *testing.T) {
	for _, test := range []struct{ shutdown, extent, want string }{
		{"Shutdown", "Full network", "shutdown"},
		{"Shutdown, Throttle", "Full network", "shutdown"},
		{"Shutdown", "Full network, Service-based", "shutdown"},
		{"Throttle", "Full network", "throttling"},
		{"Throttle", "Service-based", "service-based"},
		{"Unknown", "Service-based", "service-based"},
		{"Unknown", "Full network", "unknown"},
		{"Shutdown", `\N`, "unknown"},
	} {
		if got := one(t, with(line{"shutdown_type": test.shutdown, "shutdown_extent": test.extent})); got.Type != test.want {
			t.Errorf("%s, %s: %s, want %s", test.shutdown, test.extent, got.Type, test.want)
		}
	}
	for affected, want := range map[string]string{
		"Broadband, Mobile": "both", "Mobile": "mobile", "Broadband": "fixed", "Unknown": "unknown", `\N`: "unknown",
	} {
		if got := one(t, with(line{"affected_network": affected})); got.Network != want {
			t.Errorf("%s: %s, want %s", affected, got.Network, want)
		}
	}
}

func TestLinksAndTitles(t *testing.T) {
	for name, test := range map[string]struct{ source, own, want string }{
		"first of several":    {"see https://a.example/x, https://b.example", `\N`, "https://a.example/x"},
		"on lines":            {"https://a.example\nhttps://b.example", `\N`, "https://a.example"},
		"none but Access Now": {"Confidential", "https://own.example", "https://own.example"},
		"not for a page":      {"javascript:alert(1) data:text/html,x", `\N`, ""},
		"no host":             {"https:///x", `\N`, ""},
		"cut short":           {"https://a.example/" + strings.Repeat("x", 2000), `\N`, ""},
	} {
		if got := one(t, with(line{"info_source_link": test.source, "an_link": test.own})); got.Link != test.want {
			t.Errorf("%s: %q, want %q", name, got.Link, test.want)
		}
	}
	if got, want := one(t, base()).Title, "Shutdown reported, Nationwide, Kenya"; got != want {
		t.Errorf("title %q, want %q", got, want)
	}
	long := one(t, with(line{"event": strings.Repeat("é ", 500)})).Title
	if len(long) > 200 || !strings.HasSuffix(long, "é…") {
		t.Errorf("a long title has %d bytes and ends in %q", len(long), long[len(long)-6:])
	}
}

func TestDates(t *testing.T) {
	got := one(t, with(line{"start_date": "2021-03-04", "end_date": `\N`}))
	if got.StartDate.Format(time.DateOnly) != "2021-03-04" || got.EndDate != nil {
		t.Errorf("from %v to %v, want 2021-03-04 and no end", got.StartDate, got.EndDate)
	}
	if got := one(t, with(line{"end_date": "2021-03-01"})); got.EndDate != nil {
		t.Errorf("an end before the start became %v, want none", got.EndDate)
	}
}

// TestSkips counts what is not taken: the same report for another year, with other links and an end, is
// one report.
func TestSkips(t *testing.T) {
	reports, skipped, err := read(file(t,
		base(),
		with(line{"info_source_link": "https://later.example", "end_date": "2021-03-09"}),
		with(line{"area_name": "Nairobi", "geo_scope": oneCity}),
		with(line{"country": "Atlantis"}),
		with(line{"start_date": `\N`}),
	))
	if err != nil {
		t.Fatal(err)
	}
	if len(reports) != 2 || reports[0].Link != "https://news.example/a" {
		t.Errorf("took %+v, want the first and the third", reports)
	}
	if diff := cmp.Diff(map[string]int{stop.SkipRepeated: 1, stop.SkipCountry: 1, stop.SkipNoDate: 1}, skipped); diff != "" {
		t.Error(diff)
	}
}

func TestReadRefuses(t *testing.T) {
	good := file(t, base())
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", "line 1: not Access Now's STOP: the file is empty"},
		{"another CSV", "timestamp,bgp\n1,2\n", "line 1: not Access Now's STOP: expected a column start_date"},
		{"JSON", `[{"msm_id":7000}]`, "line 1: not Access Now's STOP"},
		{"too few fields", good + "2021,Kenya\n", "line 3: expected 19 fields"},
		{"a stray quote", good + "a\"b,c\n", "line 3: bare"},
		{"a quote that never ends", good + `"` + strings.Repeat("x", 2<<20), "more than 1048576 bytes"},
		{"a word for a date", file(t, base(), with(line{"start_date": "last week"})), `line 3: start_date "last week"`},
		{"day and month in another order", file(t, with(line{"end_date": "06/03/2021"})), `line 2: end_date "06/03/2021"`},
		{"a time of day", file(t, with(line{"start_date": "2021-03-04 12:00:00"})), "line 2: start_date"},
		{"a year mistyped", file(t, with(line{"start_date": "2201-03-04"})), "line 2: start_date"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, _, err := read(test.text); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Read = %v, want an error with %q", err, test.want)
			}
		})
	}
}

// TestRecording reads the real recording, where it is.
func TestRecording(t *testing.T) {
	text, err := os.ReadFile("../../../../../shared/data/stop/stop_2016_2023.csv")
	if err != nil {
		t.Skip("recording absent: ", err)
	}
	reports, skipped, err := read(string(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{stop.SkipRepeated: 198}, skipped); diff != "" || len(reports) != 1373 {
		t.Errorf("%d reports, want 1373 %s", len(reports), diff)
	}
	regional, placed := 0, 0
	for _, r := range reports {
		if r.Country == "IN" && r.Scope != "national" {
			regional++
			placed += min(1, len(r.Regions))
		}
	}
	if placed*10 < regional*8 {
		t.Errorf("%d of %d regional reports from India have a region, want four in five", placed, regional)
	}
}

func FuzzRead(f *testing.F) {
	text := strings.Join(header, ",") + "\n"
	f.Add(text + `Actual,2021-03-04,Kenya,\N,Nationwide,Shutdown,Mobile,Full network,\N,https://a.example,\N,No,No,No,No,No,"A, B",\N,\N` + "\n")
	f.Add(text + strings.Repeat(`\N,`, 18) + `\N`)
	f.Add(text + "\"\n\"" + strings.Repeat(",", 18))
	f.Add(strings.Join(header, "\r\n"))
	f.Fuzz(func(t *testing.T, text string) {
		reports, _, err := read(text)
		seen := make(map[string]bool)
		for _, r := range reports {
			if len(r.ID) != 16 || seen[r.ID] || len(r.Country) != 2 || r.StartDate.Year() < 1995 || r.StartDate.Year() > 2100 {
				t.Errorf("took %+v", r)
			}
			if r.Link != "" && !strings.HasPrefix(strings.ToLower(r.Link), "http") {
				t.Errorf("link %q", r.Link)
			}
			seen[r.ID] = true
		}
		again, _, errAgain := read(text)
		if diff := cmp.Diff(reports, again); diff != "" || (err == nil) != (errAgain == nil) {
			t.Error("the same file twice gives other rows", diff)
		}
	})
}
