// Package analysis is the switchboard of the room that decides whether it is dark, and why: it exposes what
// the program starts. What it concludes leaves through package incident.
package analysis

import (
	"context"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// Migrate brings the tables and views of this room up to date. Those of ingest come first.
func Migrate(ctx context.Context, db *store.DB) error { return incident.Migrate(ctx, db) }
