package incident

import (
	"context"
	"fmt"

	"github.com/lamplight-net/lamplight/ingest/store"
)

// claim is a row of incident_claims.
type claim struct {
	ID       string `ch:"id"`
	Revision uint32 `ch:"revision"`
	Writer   string `ch:"writer"`
}

// claimedFor is how long a claim keeps others from a revision, by the clock of the database: longer than any
// insert takes, short enough that a writer that died keeps nobody for long.
const claimedFor = "5 MINUTE"

// claim says that this repository is about to write a revision, and fails with ErrRevised when another is.
// ClickHouse has no insert on a condition. But a claim is there when its insert returns, so that of two writers
// who first claim and then look, at least one sees the other; who sees another does not write. Who sees another
// before does not even claim, or two that meet would keep each other from it for good.
func (r *Repository) claim(ctx context.Context, id string, revision int) error {
	one := claim{ID: id, Revision: uint32(revision), Writer: r.writer}
	if err := r.unclaimed(ctx, one); err != nil {
		return err
	}
	if err := store.Insert(ctx, r.db, "incident_claims", []claim{one}); err != nil {
		return fmt.Errorf("claim: %w", err)
	}
	return r.unclaimed(ctx, one)
}

// unclaimed fails with ErrRevised when another writer is at the same revision.
func (r *Repository) unclaimed(ctx context.Context, one claim) error {
	others, err := store.Collect(store.Select[claim](ctx, r.db,
		"SELECT id, revision, writer FROM incident_claims WHERE id = ? AND revision = ? AND writer != ? AND at > now64(3) - INTERVAL "+claimedFor,
		one.ID, one.Revision, one.Writer))
	if err != nil {
		return fmt.Errorf("read claims: %w", err)
	}
	if len(others) > 0 {
		return ErrRevised
	}
	return nil
}
