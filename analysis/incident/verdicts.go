package incident

import (
	"context"
	"fmt"
	"time"

	"github.com/lamplight-net/lamplight/ingest/store"
)

// LookVerdict is what analysis concluded of one look at one site: a row of verdicts.
type LookVerdict struct {
	Target         string     `ch:"target"`
	At             time.Time  `ch:"at"`
	Batch          string     `ch:"batch"` // 32 bytes
	Check          uint32     `ch:"check"`
	Probe          string     `ch:"probe"` // 32 bytes
	Country        string     `ch:"country"`
	ASN            uint32     `ch:"asn"`
	Located        bool       `ch:"located"`
	Class          string     `ch:"class"` // of the target
	Verdict        string     `ch:"verdict"`
	How            []string   `ch:"how"`
	Rules          []string   `ch:"rules"`
	Reason         string     `ch:"reason"`
	ControlBatch   string     `ch:"control_batch"` // 32 bytes, or empty
	ControlAt      *time.Time `ch:"control_at"`
	ControlCountry string     `ch:"control_country"`
	Generated      bool       `ch:"generated"`
	JudgedAt       time.Time  `ch:"judged_at"`
}

// JudgedHour is an hour of which every look was judged: a row of verdict_hours.
type JudgedHour struct {
	Hour time.Time `ch:"hour"`
	// Seen stands for what was stored of the hour and those beside it: when it is another, the hour is judged again.
	Seen     uint64    `ch:"seen"`
	Looks    uint64    `ch:"looks"`
	JudgedAt time.Time `ch:"judged_at"`
}

// SaveVerdicts writes conclusions. Of one look the latest counts.
func (r *Repository) SaveVerdicts(ctx context.Context, verdicts []LookVerdict) error {
	if err := store.Insert(ctx, r.db, "verdicts", verdicts); err != nil {
		return fmt.Errorf("save verdicts: %w", err)
	}
	return nil
}

// DropVerdicts takes out what was concluded before a moment of looks in [since, until). Who has judged all looks of that
// time since then leaves with it nothing of a look that is another by now: of one at the end of a month the halves are
// stored apart, and the first half alone may have begun later, or not known its page. Times are bound with their milliseconds:
// by whole seconds the engine's index takes what is before a full hour for what is at most a second before it.
func (r *Repository) DropVerdicts(ctx context.Context, since, until, before time.Time) error {
	const stale = " WHERE at >= fromUnixTimestamp64Milli(?) AND at < fromUnixTimestamp64Milli(?) AND judged_at < fromUnixTimestamp64Milli(?)"
	bounds := []any{since.UnixMilli(), until.UnixMilli(), before.UnixMilli()}
	found, err := store.Collect(store.Select[struct {
		N uint64 `ch:"n"`
	}](ctx, r.db, "SELECT count() AS n FROM verdicts FINAL"+stale, bounds...))
	if err != nil {
		return fmt.Errorf("look for verdicts of looks that are others by now: %w", err)
	}
	if len(found) == 0 || found[0].N == 0 { // as nearly always: taking rows out rewrites what stands around them
		return nil
	}
	if err := r.db.Exec(ctx, "DELETE FROM verdicts"+stale, bounds...); err != nil {
		return fmt.Errorf("take out verdicts of looks that are others by now: %w", err)
	}
	return nil
}

// SaveJudged notes that every look of an hour was judged. Their verdicts are saved before.
func (r *Repository) SaveJudged(ctx context.Context, hour JudgedHour) error {
	if err := store.Insert(ctx, r.db, "verdict_hours", []JudgedHour{hour}); err != nil {
		return fmt.Errorf("note judged hour: %w", err)
	}
	return nil
}

// Judged returns the hours in [since, until) that were judged, by when they began.
func (r *Repository) Judged(ctx context.Context, since, until time.Time) (map[time.Time]JudgedHour, error) {
	out := make(map[time.Time]JudgedHour)
	for hour, err := range store.Select[JudgedHour](ctx, r.db,
		"SELECT hour, seen, looks, judged_at FROM verdict_hours FINAL WHERE hour >= ? AND hour < ?", since.UTC(), until.UTC()) {
		if err != nil {
			return nil, fmt.Errorf("read judged hours: %w", err)
		}
		out[hour.Hour.UTC()] = hour
	}
	return out, nil
}
