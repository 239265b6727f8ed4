// Package storetest is for tests that need tables with rows in them. Package servicetest has the engine.
package storetest

import (
	"context"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/deploy/servicetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// Open returns a database for t alone, brought up to date by the rooms whose tables t needs.
func Open(t testing.TB, migrations ...func(context.Context, *store.DB) error) *store.DB {
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
	for _, migrate := range migrations {
		if err := migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

// Keep writes records, and for each the batch that it came in, as the loader does: from when it was measured, where its
// row says.
func Keep(t testing.TB, db *store.DB, rows []store.Measurement) {
	t.Helper()
	batches := make([]store.Batch, len(rows))
	for i := range rows {
		m := &rows[i]
		batches[i] = store.Batch{
			ID: m.Batch, Probe: m.Probe, Signature: strings.Repeat("s", 64), CreatedAt: m.MeasuredAt, ReceivedAt: m.ReceivedAt,
			Country: m.Country, ASN: m.ASN, Origin: m.Origin,
		}
	}
	if err := store.Insert(t.Context(), db, store.TableBatches, batches); err != nil {
		t.Fatal(err)
	}
	if err := store.Insert(t.Context(), db, store.TableMeasurements, rows); err != nil {
		t.Fatal(err)
	}
}
