package store

import (
	"context"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/deploy/servicetest"
)

// The engine of the tests keeps no roles, and has a user with the rights of one. It can say that it understands the
// statements.
func TestAnalystRole(t *testing.T) {
	address, database := servicetest.Database(t)
	db, err := Open(t.Context(), Options{Address: address, Database: database})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := MakeAnalyst(t.Context(), db); err != nil {
		t.Errorf("there is a user lamplight_analyst, and it says %v", err)
	}
	type row struct {
		Text string `ch:"text"`
	}
	for _, cluster := range []string{"", "harbor"} {
		statements := analystStatements("lamp`light", cluster)
		if len(statements) != 4 {
			t.Fatalf("%d statements", len(statements))
		}
		for _, statement := range statements {
			got, err := Collect(Select[row](t.Context(), db, "SELECT formatQuerySingleLine(?) AS text", statement))
			if err != nil {
				t.Errorf("%s: %v", statement, err)
				continue
			}
			if strings.Contains(got[0].Text, "ON CLUSTER harbor") != (cluster != "") {
				t.Errorf("with cluster %q: %s", cluster, got[0].Text)
			}
			if strings.Contains(got[0].Text, "GRANT") && !strings.Contains(got[0].Text, "GRANT"+onCluster(cluster)+" SELECT ON `lamp\\`light`.v_* TO lamplight_analyst") {
				t.Errorf("grants %s", got[0].Text)
			}
		}
	}
}

func onCluster(name string) string {
	if name == "" {
		return ""
	}
	return " ON CLUSTER " + name
}

// A view of each room is opened, and opening again changes nothing.
func TestOpenViews(t *testing.T) {
	address, database := servicetest.Database(t)
	db, err := Open(t.Context(), Options{Address: address, Database: database})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := MigrateIngest(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if err := db.Exec(t.Context(), "CREATE VIEW v_of_another_room AS SELECT 1 AS one"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := OpenViews(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		if n := views(t.Context(), t, db, "create_table_query ILIKE '%SQL SECURITY DEFINER%'"); n != 6 {
			t.Errorf("%d views are open, want 6", n)
		}
	}
	if n := views(t.Context(), t, db, "true"); n != 6 {
		t.Errorf("there are %d views", n)
	}
}

func views(ctx context.Context, t *testing.T, db *DB, which string) uint64 {
	t.Helper()
	type count struct {
		N uint64 `ch:"n"`
	}
	got, err := Collect(Select[count](ctx, db, "SELECT count() AS n FROM system.tables WHERE database = currentDatabase() AND engine = 'View' AND "+which))
	if err != nil {
		t.Fatal(err)
	}
	return got[0].N
}
