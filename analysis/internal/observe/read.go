package observe

import (
	"context"
	_ "embed" // the statements
	"fmt"
	"time"

	"github.com/lamplight-net/lamplight/analysis/internal/atlas"
	"github.com/lamplight-net/lamplight/analysis/internal/placed"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
	"github.com/lamplight-net/lamplight/ingest/store"
)

//go:embed beats.sql
var beatsSQL string

//go:embed checks.sql
var checksSQL string

//go:embed signals.sql
var signalsSQL string

//go:embed atlas.sql
var atlasSQL string

// settleTime is how long after others were heard late a place that was not may still come: probes deliver
// what they kept within minutes of the gateway's return, and an hour is generous.
const settleTime = time.Hour

// Read returns every series of [from, until) as known at asOf, in an order that depends on their keys
// alone. The same rows give the same series.
func Read(ctx context.Context, db *store.DB, regions Regions, from, until, asOf time.Time) ([]series.Series, error) {
	from, until = from.UTC(), until.UTC()
	beats, err := readBeats(ctx, db, from, until, asOf)
	if err != nil {
		return nil, fmt.Errorf("read beats: %w", err)
	}
	checks, err := readChecks(ctx, db, from, until)
	if err != nil {
		return nil, fmt.Errorf("read checks: %w", err)
	}
	signals, err := store.Collect(store.Select[store.Signal](ctx, db, signalsSQL, from, until))
	if err != nil {
		return nil, fmt.Errorf("read signals: %w", err)
	}
	connections, err := store.Collect(store.Select[store.AtlasConnection](ctx, db, atlasSQL, from, until))
	if err != nil {
		return nil, fmt.Errorf("read RIPE Atlas connections: %w", err)
	}
	out := Online(beats, from, until, asOf.UTC())
	out = append(out, Shares(beats, checks, from, until)...)
	out = append(out, External(signals, regions, from, until)...)
	return append(out, atlas.Connected(connections, from.Truncate(series.Bin), until)...), nil
}

func readBeats(ctx context.Context, db *store.DB, from, until, asOf time.Time) ([]Beats, error) {
	return store.Collect(store.Select[Beats](ctx, db, placed.Statement(beatsSQL), asOf.UTC().Add(-settleTime), from, until, placed.Since(from)))
}

func readChecks(ctx context.Context, db *store.DB, from, until time.Time) ([]Checks, error) {
	return store.Collect(store.Select[Checks](ctx, db, placed.Statement(checksSQL), from, until, placed.Since(from), from, until, placed.Since(from)))
}
