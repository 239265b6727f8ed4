package ingest

import (
	"context"

	"github.com/lamplight-net/lamplight/ingest/store"
)

// Migrate brings the tables and views of this room up to date.
func Migrate(ctx context.Context, db *store.DB) error { return store.MigrateIngest(ctx, db) }
