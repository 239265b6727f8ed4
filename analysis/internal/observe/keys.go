package observe

import (
	"context"
	"fmt"
	"time"

	"github.com/lamplight-net/lamplight/analysis/internal/placed"
	"github.com/lamplight-net/lamplight/ingest/store"
)

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
			FROM v_batches WHERE created_at >= toDateTime64(?, 3, 'UTC') GROUP BY probe, country, asn HAVING latest >= toDateTime64(?, 3, 'UTC')
		)`, placed.Since(since), since.UTC()))
	if err != nil {
		return Keys{}, fmt.Errorf("count keys: %w", err)
	}
	return found[0], nil
}
