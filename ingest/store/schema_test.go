package store_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/deploy/storetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

var update = flag.Bool("update", false, "rewrite schema.sql from the migrations")

// definitions returns what ClickHouse says of every table and view of a database, by name, without the
// database's own name.
func definitions(t *testing.T, db *store.DB) map[string]string {
	t.Helper()
	type table struct {
		Name       string `ch:"name"`
		Definition string `ch:"definition"`
	}
	out := map[string]string{}
	for _, row := range collect[table](t, db, "SELECT name, create_table_query AS definition FROM system.tables "+
		"WHERE database = currentDatabase() AND NOT startsWith(name, 'migrations_')") {
		type statement struct {
			Text string `ch:"statement"`
		}
		shown := collect[statement](t, db, "SHOW CREATE TABLE `"+row.Name+"`")
		out[row.Name] = strings.ReplaceAll(shown[0].Text, db.Database()+".", "")
	}
	return out
}

// schema.sql is the schema as one file, to read. It must be what all migrations add up to.
func TestSchemaIsTheSumOfMigrations(t *testing.T) {
	want := definitions(t, storetest.Open(t, store.MigrateIngest))
	if *update {
		if err := os.WriteFile("schema.sql", []byte(schemaFile(want)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile("schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	db := storetest.Open(t)
	for statement := range strings.SplitSeq(string(text), ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if err := db.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(want, definitions(t, db)); diff != "" {
		t.Errorf("schema.sql is not the sum of the migrations; go test -update writes it (-migrations +schema.sql):\n%s", diff)
	}
	if got := schemaFile(want); got != string(text) {
		t.Errorf("schema.sql is not written as -update would: %s", cmp.Diff(string(text), got))
	}
}

// schemaFile puts tables before the views on them.
func schemaFile(definitions map[string]string) string {
	var out strings.Builder
	out.WriteString("-- All tables and views of ingest, as the migrations leave them. Written by go test -update.\n\n")
	for _, name := range []string{store.TableMeasurements, store.TableBatches, store.TableSignals, store.TableAtlas, store.TableReports} {
		for _, n := range []string{name, "v_" + name} {
			out.WriteString(definitions[n] + ";\n\n")
		}
	}
	return out.String()
}

// Analysts read the schema in their client: every column says what it holds.
func TestEveryColumnHasAComment(t *testing.T) {
	type column struct {
		Table   string `ch:"table"`
		Name    string `ch:"name"`
		Comment string `ch:"comment"`
	}
	columns := collect[column](t, storetest.Open(t, store.MigrateIngest), "SELECT table, name, comment FROM system.columns WHERE database = currentDatabase()")
	if len(columns) < 100 {
		t.Fatalf("only %d columns", len(columns))
	}
	for _, c := range columns {
		if len(c.Comment) < len("Its file") {
			t.Errorf("%s.%s has no comment", c.Table, c.Name)
		}
	}
	type table struct {
		Name    string `ch:"name"`
		Comment string `ch:"comment"`
	}
	for _, row := range collect[table](t, storetest.Open(t, store.MigrateIngest), "SELECT name, comment FROM system.tables WHERE database = currentDatabase()") {
		if row.Comment == "" {
			t.Errorf("table %s has no comment", row.Name)
		}
	}
}
