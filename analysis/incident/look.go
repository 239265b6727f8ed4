package incident

import (
	"context"
	"fmt"
	"time"

	"github.com/lamplight-net/lamplight/ingest/store"
)

// look is a row of looks, of everything.
type look struct {
	Country string    `ch:"country"`
	Until   time.Time `ch:"until"`
}

// Looked notes that analysis has looked at all data up to a moment, whatever it concluded.
func (r *Repository) Looked(ctx context.Context, until time.Time) error {
	if err := store.Insert(ctx, r.db, "looks", []look{{Until: until.UTC()}}); err != nil {
		return fmt.Errorf("note how far analysis looked: %w", err)
	}
	return nil
}

// LookedUntil returns up to when analysis has looked at the data, the zero time when it never has.
func (r *Repository) LookedUntil(ctx context.Context) (time.Time, error) {
	found, err := store.Collect(store.Select[look](ctx, r.db, "SELECT country, until FROM v_looks WHERE country = ''"))
	if err != nil {
		return time.Time{}, fmt.Errorf("read how far analysis looked: %w", err)
	}
	if len(found) == 0 {
		return time.Time{}, nil
	}
	return found[0].Until, nil
}
