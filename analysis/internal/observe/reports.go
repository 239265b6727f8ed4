package observe

import (
	"context"
	"fmt"

	"github.com/lamplight-net/lamplight/ingest/store"
)

// Reports returns every report that was taken in. There are some thousand in the world; those of other
// countries and years say what a source covers, against which chance is reckoned.
func Reports(ctx context.Context, db *store.DB) ([]store.Report, error) {
	all, err := store.Collect(store.Select[store.Report](ctx, db, "SELECT * FROM v_reports ORDER BY source, id"))
	if err != nil {
		return nil, fmt.Errorf("read reports: %w", err)
	}
	return all, nil
}
