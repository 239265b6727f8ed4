package store_test

import (
	"testing"

	"github.com/lamplight-net/lamplight/deploy/servicetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

func TestMain(m *testing.M) { servicetest.Main(m) }

func collect[T any](t *testing.T, db *store.DB, query string, args ...any) []T {
	t.Helper()
	rows, err := store.Collect(store.Select[T](t.Context(), db, query, args...))
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
