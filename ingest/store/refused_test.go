package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/deploy/storetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

func TestRefused(t *testing.T) {
	db := storetest.Open(t, store.MigrateIngest)
	fits := store.Signal{Source: "ioda", At: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), ReceivedAt: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}
	if err := db.Exec(t.Context(), "ALTER TABLE signals ADD CONSTRAINT positive CHECK value >= 0"); err != nil {
		t.Fatal(err)
	}
	if err := db.Exec(t.Context(), "CREATE TABLE narrow (at DateTime('UTC')) ENGINE = MergeTree PARTITION BY toYYYYMM(at) ORDER BY at"); err != nil {
		t.Fatal(err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	negative := fits
	negative.Value = -1
	type moment struct {
		At time.Time `ch:"at"`
	}
	var years []moment
	for i := range 120 {
		years = append(years, moment{time.Date(1990, time.Month(1+i), 1, 0, 0, 0, 0, time.UTC)})
	}
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"fits":                  {store.Insert(t.Context(), db, store.TableSignals, []store.Signal{fits}), false},
		"breaks a constraint":   {store.Insert(t.Context(), db, store.TableSignals, []store.Signal{fits, negative}), true},
		"is too long":           {store.Insert(t.Context(), db, store.TableBatches, []store.Batch{{ID: strings.Repeat("x", 33)}}), true},
		"no such table":         {store.Insert(t.Context(), db, "nowhere", []store.Signal{fits}), false},
		"no such column":        {store.Insert(t.Context(), db, "narrow", []store.Signal{fits}), false},
		"over":                  {store.Insert(over, db, store.TableSignals, []store.Signal{fits}), false},
		"too many partitions":   {store.Insert(t.Context(), db, "narrow", years), false}, // the same number says too many parts, which passes
		"another program's own": {errors.New("code: 469"), false},
	} {
		t.Run(name, func(t *testing.T) {
			if (test.err == nil) != (name == "fits") {
				t.Errorf("outcome %v", test.err)
			}
			if got := store.Refused(test.err); got != test.want {
				t.Errorf("Refused(%v) is %v", test.err, got)
			}
		})
	}
}
