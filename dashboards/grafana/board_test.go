package grafana_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/deploy/servicetest"
	"github.com/lamplight-net/lamplight/deploy/storetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

func TestMain(m *testing.M) { servicetest.Main(m) }

// board is what of a Grafana board holds queries.
type board struct {
	Title      string `json:"title"`
	Templating struct {
		List []struct {
			Name  string `json:"name"`
			Type  string `json:"type"`
			Query string `json:"query"`
		} `json:"list"`
	} `json:"templating"`
	Panels []struct {
		Title       string `json:"title"`
		Description string `json:"description"`
		Targets     []struct {
			RawSQL string `json:"rawSql"`
		} `json:"targets"`
	} `json:"panels"`
}

var timeFilter = regexp.MustCompile(`\$__timeFilter\((\w+)\)`)

// fill does what Grafana and its ClickHouse plugin do to a query.
func fill(query string) string {
	query = timeFilter.ReplaceAllString(query, "$1 >= toDateTime(1767225600) AND $1 <= toDateTime(1767312000)")
	query = strings.ReplaceAll(query, "now()", "toDateTime(1767312000)") // the board shows what is now
	query = strings.ReplaceAll(query, "$__fromTime", "toDateTime(1767225600)")
	query = strings.ReplaceAll(query, "$__toTime", "toDateTime(1767312000)")
	return strings.ReplaceAll(query, "${country}", "XL")
}

// Every query of every board runs on the schema as it is.
func TestQueriesRun(t *testing.T) {
	db := migrated(t)
	for title, query := range queries(t) {
		t.Run(title, func(t *testing.T) {
			query := fill(query)
			if strings.Contains(query, "$") {
				t.Fatalf("a macro or variable that this test does not know: %s", query)
			}
			if err := db.Exec(t.Context(), "SELECT count() FROM ("+query+")"); err != nil {
				t.Errorf("%s\n%v", query, err)
			}
		})
	}
}

// A board that is open asks again and again, so no query reads more months than it shows: each bounds the time that its
// table is cut into months by.
func TestQueriesBoundTheMonths(t *testing.T) {
	bounds := map[string]*regexp.Regexp{
		"v_measurements": regexp.MustCompile(`timeFilter\(measured_at\)|measured_at >=? `),
		"v_batches":      regexp.MustCompile(`timeFilter\(created_at\)|created_at >=? `),
		"v_signals":      regexp.MustCompile(`timeFilter\(at\)|\bat >=? `),
	}
	for title, query := range queries(t) {
		for view, bound := range bounds {
			if strings.Contains(query, view) && !bound.MatchString(query) {
				t.Errorf("%s reads all months of %s:\n%s", title, view, query)
			}
		}
	}
}

// migrated returns a database of its own with every table.
func migrated(t *testing.T) *store.DB {
	t.Helper()
	return storetest.Open(t, store.MigrateIngest, incident.Migrate)
}

// queries returns every query in this folder by its board and panel.
func queries(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no boards: %v", err)
	}
	out := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var b board
		if err := json.Unmarshal(text, &b); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, v := range b.Templating.List {
			if v.Type == "query" {
				out[b.Title+"/"+v.Name] = v.Query
			}
		}
		for _, p := range b.Panels {
			if p.Description == "" || len(p.Targets) == 0 {
				t.Errorf("%s: panel %q says nothing of itself, or asks nothing", file, p.Title)
			}
			for _, target := range p.Targets {
				out[b.Title+"/"+p.Title] = target.RawSQL
			}
		}
	}
	if len(out) < 9 {
		t.Fatalf("only %d queries", len(out))
	}
	return out
}
