package pairing

import (
	"context"
	_ "embed" // the statement
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/lamplight-net/lamplight/analysis/internal/placed"
	"github.com/lamplight-net/lamplight/ingest/store"
)

//go:embed hours.sql
var hoursSQL string

// half is what is stored of half an hour.
type half struct {
	At   time.Time `ch:"at"`
	Seen uint64    `ch:"seen"`
}

// Reach is how far from an hour what its looks are judged by may lie: Within must not be more.
const Reach = 30 * time.Minute

// Hours returns, of each hour in [since, until) of which anything is stored, a number that stands for all that its
// looks are judged by: what is stored of it and of the half hours around it. While it stays the same, so do they.
func Hours(ctx context.Context, db *store.DB, since, until time.Time) (map[time.Time]uint64, error) {
	since, until = since.UTC().Truncate(time.Hour), until.UTC().Truncate(time.Hour)
	stored := make(map[time.Time]uint64)
	from := since.Add(-Reach)
	for h, err := range store.Select[half](ctx, db, placed.Statement(hoursSQL), placed.Since(from), from, until.Add(Reach)) {
		if err != nil {
			return nil, fmt.Errorf("read what is stored of each hour: %w", err)
		}
		stored[h.At.UTC()] = h.Seen
	}
	out := make(map[time.Time]uint64)
	for hour := since; hour.Before(until); hour = hour.Add(time.Hour) {
		if stored[hour] == 0 && stored[hour.Add(Reach)] == 0 {
			continue
		}
		sum := fnv.New64a()
		for at := hour.Add(-Reach); at.Before(hour.Add(time.Hour + Reach)); at = at.Add(Reach) {
			_, _ = sum.Write(binary.BigEndian.AppendUint64(nil, stored[at])) // a hash takes everything
		}
		out[hour] = sum.Sum64()
	}
	return out, nil
}
