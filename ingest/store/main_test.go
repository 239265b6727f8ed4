package store_test

import (
	"testing"

	"github.com/lamplight-net/lamplight/deploy/servicetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

func TestMain(m *testing.M) { servicetest.Main(m) }

// open returns an empty database.
func open(t testing.TB) *store.DB {
	t.Helper()
	address, database := servicetest.Database(t)
	db, err := store.Open(t.Context(), store.Options{Address: address, Database: database})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// migrated returns a database with the tables of this room.
func migrated(t testing.TB) *store.DB {
	t.Helper()
	db := open(t)
	if err := store.MigrateIngest(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	return db
}

func collect[T any](t *testing.T, db *store.DB, query string, args ...any) []T {
	t.Helper()
	rows, err := store.Collect(store.Select[T](t.Context(), db, query, args...))
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
