package observe

import (
	"context"
	_ "embed" // the condition
	"fmt"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/ingest/store"
)

// placedSQL is the condition that a row counts. A sender can declare any place, and so it counts only where the gateway
// has found its key in that very place by an address, once: keys are of one network and one month. What such a key
// measured counts also when it was delivered from elsewhere, as after a blackout. It takes one argument, placedSince.
//
//go:embed placed.sql
var placedSQL string

// statement puts the condition into a statement.
func statement(text string) string {
	return strings.ReplaceAll(text, "{{placed}}", strings.TrimSpace(placedSQL))
}

// placedSince returns from when on batches say where a key is, of rows measured since from: for as long as a key
// lives.
func placedSince(from time.Time) time.Time { return from.AddDate(0, 0, -31) }

// Keys counts keys by whether they were found in the place that they say.
type Keys struct {
	Located  uint64 `ch:"located"`
	Declared uint64 `ch:"declared"`
}

// CountKeys returns how many keys have signed batches since a time.
func CountKeys(ctx context.Context, db *store.DB, since time.Time) (Keys, error) {
	found, err := store.Collect(store.Select[Keys](ctx, db, `
		SELECT countIf(found) AS located, countIf(NOT found) AS declared
		FROM (
			SELECT max(origin = 'located') AS found, max(created_at) AS latest
			FROM v_batches WHERE created_at >= ? GROUP BY probe, country, asn HAVING latest >= ?
		)`, placedSince(since.UTC()), since.UTC()))
	if err != nil {
		return Keys{}, fmt.Errorf("count keys: %w", err)
	}
	return found[0], nil
}
