package store_test

import (
	"errors"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/deploy/storetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

func sql(statements string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(statements)} }

const first = "CREATE TABLE IF NOT EXISTS x {{on_cluster}} (a String) ENGINE = {{replicated}}MergeTree ORDER BY a;\n"

func TestMigrateGoesForward(t *testing.T) {
	db := storetest.Open(t)
	files := fstest.MapFS{"0001_x.sql": sql(first)}
	migrate := func() {
		t.Helper()
		if err := store.Migrate(t.Context(), db, "test", files); err != nil {
			t.Fatal(err)
		}
	}
	migrate()
	migrate()
	type old struct {
		A string `ch:"a"`
	}
	if err := store.Insert(t.Context(), db, "x", []old{{"before"}}); err != nil {
		t.Fatal(err)
	}
	files["0002_y.sql"] = sql("ALTER TABLE x {{on_cluster}} ADD COLUMN IF NOT EXISTS b String DEFAULT 'new';\n")
	migrate()
	type row struct {
		A string `ch:"a"`
		B string `ch:"b"`
	}
	if err := store.Insert(t.Context(), db, "x", []row{{"since", "mine"}}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]row{{"before", "new"}, {"since", "mine"}}, collect[row](t, db, "SELECT a, b FROM x ORDER BY a")); diff != "" {
		t.Error(diff)
	}
	type version struct {
		Version uint32 `ch:"version"`
		Name    string `ch:"name"`
	}
	got := collect[version](t, db, "SELECT version, name FROM migrations_test ORDER BY version")
	if diff := cmp.Diff([]version{{1, "0001_x.sql"}, {2, "0002_y.sql"}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestMigrateRefuses(t *testing.T) {
	db := storetest.Open(t)
	if err := store.Migrate(t.Context(), db, "test", fstest.MapFS{"0001_x.sql": sql(first), "0002_x.sql": sql(first)}); err != nil {
		t.Fatal(err)
	}
	err := store.Migrate(t.Context(), db, "test", fstest.MapFS{"0001_x.sql": sql(first + "-- mended\n"), "0002_x.sql": sql(first)})
	if !errors.Is(err, store.ErrMigrationEdited) {
		t.Errorf("an edited migration: %v", err)
	}
	err = store.Migrate(t.Context(), db, "test", fstest.MapFS{"0001_x.sql": sql(first)})
	if !errors.Is(err, store.ErrMigrationUnknown) {
		t.Errorf("an older program: %v", err)
	}
	if err := store.Migrate(t.Context(), db, "other", fstest.MapFS{"0001_x.sql": sql(first)}); err != nil {
		t.Errorf("another room has versions of its own: %v", err)
	}
	if err := store.Migrate(t.Context(), db, "no; room", fstest.MapFS{"0001_x.sql": sql(first)}); err == nil {
		t.Error("took a room that is no word")
	}
}

// A migration that failed halfway runs again from its start.
func TestMigrateAfterFailure(t *testing.T) {
	db := storetest.Open(t)
	files := fstest.MapFS{"0001_x.sql": sql(first + "ALTER TABLE missing ADD COLUMN IF NOT EXISTS b String;\n")}
	if err := store.Migrate(t.Context(), db, "test", files); err == nil {
		t.Fatal("altered a table that is not there")
	}
	if err := db.Exec(t.Context(), "CREATE TABLE missing (a String) ENGINE = MergeTree ORDER BY a"); err != nil {
		t.Fatal(err)
	}
	if err := store.Migrate(t.Context(), db, "test", files); err != nil {
		t.Fatal(err)
	}
}

func TestMigrateAtTheSameTime(t *testing.T) {
	db := storetest.Open(t)
	var both sync.WaitGroup
	for range 4 {
		both.Go(func() {
			if err := store.MigrateIngest(t.Context(), db); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if err := store.MigrateIngest(t.Context(), db); err != nil {
		t.Error(err)
	}
}
