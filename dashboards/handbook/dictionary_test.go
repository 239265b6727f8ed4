package handbook

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/deploy/servicetest"
	"github.com/lamplight-net/lamplight/deploy/storetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

var update = flag.Bool("update", false, "rewrite the tables of data-dictionary.md from the schema")

func TestMain(m *testing.M) { servicetest.Main(m) }

// generatedBelow is the heading below which the dictionary is made from the schema's comments.
const generatedBelow = "## Views\n"

type column struct {
	Table   string `ch:"table"`
	Name    string `ch:"name"`
	Type    string `ch:"type"`
	Comment string `ch:"comment"`
}

type table struct {
	Name    string `ch:"name"`
	Comment string `ch:"comment"`
}

// The dictionary says of every column what the schema says of it.
func TestDataDictionary(t *testing.T) {
	db := storetest.Open(t, store.MigrateIngest, incident.Migrate)
	page, err := os.ReadFile("data-dictionary.md")
	if err != nil {
		t.Fatal(err)
	}
	above, written, found := strings.Cut(string(page), generatedBelow)
	if !found {
		t.Fatalf("data-dictionary.md has no line %q", generatedBelow)
	}
	made := dictionary(t, db)
	if *update {
		if err := os.WriteFile("data-dictionary.md", []byte(above+generatedBelow+made), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(made, written); diff != "" {
		t.Errorf("the dictionary is not what the schema says; go test -update writes it (-schema +page):\n%s", diff)
	}
}

func dictionary(t *testing.T, db *store.DB) string {
	t.Helper()
	var out strings.Builder
	tables, err := store.Collect(store.Select[table](t.Context(), db,
		"SELECT name, comment FROM system.tables WHERE database = currentDatabase() AND name LIKE 'v\\_%' ORDER BY name"))
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range tables {
		fmt.Fprintf(&out, "\n### %s\n\n%s.\n\n| column | type | what it holds |\n|---|---|---|\n", one.Name, strings.TrimSuffix(one.Comment, "."))
		columns, err := store.Collect(store.Select[column](t.Context(), db,
			"SELECT table, name, type, comment FROM system.columns WHERE database = currentDatabase() AND table = ? ORDER BY position", one.Name))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range columns {
			if c.Comment == "" {
				t.Errorf("%s.%s has no comment", c.Table, c.Name)
			}
			fmt.Fprintf(&out, "| `%s` | %s | %s |\n", c.Name, strings.ReplaceAll(c.Type, "|", "\\|"), c.Comment)
		}
	}
	return out.String()
}
