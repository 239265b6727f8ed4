package incident

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/lamplight-net/lamplight/ingest/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the tables and views of incidents up to date.
func Migrate(ctx context.Context, db *store.DB) error {
	own, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("open migrations of analysis: %w", err)
	}
	return store.Migrate(ctx, db, "analysis", own)
}
