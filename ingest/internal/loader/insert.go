package loader

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lamplight-net/lamplight/ingest/store"
)

// maxRefused is how many rows of a block ClickHouse may refuse. More are no bad rows: the tables are not
// what this program takes them for.
const maxRefused = 100

// errGiveUp says that a step fails for good, and that somebody must look before loading goes on.
var errGiveUp = errors.New("loading must stop")

// insert writes the rows of a block. After an error some tables may have theirs; the next try writes the
// same rows again, and copies collapse.
func (l *Loader) insert(ctx context.Context, b *block) error {
	started := time.Now()
	err := errors.Join(
		insertTable(ctx, l, b, store.TableBatches, &b.rows.batches, func(r *store.Batch) time.Time { return r.CreatedAt }),
		insertTable(ctx, l, b, store.TableMeasurements, &b.rows.measurements, func(r *store.Measurement) time.Time { return r.MeasuredAt }),
		insertTable(ctx, l, b, store.TableSignals, &b.rows.signals, func(r *store.Signal) time.Time { return r.At }),
		insertTable(ctx, l, b, store.TableAtlas, &b.rows.atlas, func(r *store.AtlasConnection) time.Time { return r.At }),
		insertTable(ctx, l, b, store.TableReports, &b.rows.reports, nil),
	)
	if err == nil {
		l.metrics.insertSeconds.Observe(time.Since(started).Seconds())
	}
	return err
}

// insertTable writes rows to their table, a few months at a time. A row that the table can never hold is
// taken out, told of as a dead letter, and costs no other row.
func insertTable[T any](ctx context.Context, l *Loader, b *block, table string, rows *[]T, at func(*T) time.Time) error {
	into := inserting[T]{l: l, table: table, rows: *rows}
	var err error
	for from, to := range byMonths(*rows, at) {
		if err = into.insert(ctx, from, to); err != nil {
			break
		}
	}
	*rows = into.takeOut(b)
	return err
}

// inserting is one try to get rows into their table.
type inserting[T any] struct {
	l       *Loader
	table   string
	rows    []T
	refused map[int]error // by index, why a row can never be inserted
}

// insert writes the rows from, up to and without to. It halves what is refused until the bad rows stand
// alone.
func (in *inserting[T]) insert(ctx context.Context, from, to int) error {
	if from == to {
		return nil
	}
	err := store.Insert(ctx, in.l.db, in.table, in.rows[from:to])
	bad, named := errors.AsType[*store.RowError](err)
	switch {
	case err == nil:
		in.l.metrics.rows.WithLabelValues(in.table).Add(float64(to - from))
		return nil
	case named:
		return in.around(ctx, from, from+bad.Index, to, err)
	case !store.Refused(err):
		return err
	case to-from == 1:
		return in.refuse(from, err)
	}
	middle := from + (to-from)/2
	if err := in.insert(ctx, from, middle); err != nil {
		return err
	}
	return in.insert(ctx, middle, to)
}

func (in *inserting[T]) around(ctx context.Context, from, bad, to int, reason error) error {
	if err := in.refuse(bad, reason); err != nil {
		return err
	}
	if err := in.insert(ctx, from, bad); err != nil {
		return err
	}
	return in.insert(ctx, bad+1, to)
}

func (in *inserting[T]) refuse(index int, reason error) error {
	if len(in.refused) == maxRefused {
		return fmt.Errorf("%w: more than %d rows of one block do not fit table %s, the last one: %w; "+
			"see that the tables are those of this version (lamplight migrate) and start again", errGiveUp, maxRefused, in.table, reason)
	}
	if in.refused == nil {
		in.refused = make(map[int]error)
	}
	in.refused[index] = reason
	return nil
}

// takeOut turns refused rows into dead letters and returns the others.
func (in *inserting[T]) takeOut(b *block) []T {
	if len(in.refused) == 0 {
		return in.rows
	}
	kept := make([]T, 0, len(in.rows)-len(in.refused))
	for i := range in.rows {
		reason, bad := in.refused[i]
		if !bad {
			kept = append(kept, in.rows[i])
			continue
		}
		b.dead = append(b.dead, deadRow(in.table, in.rows[i], reason))
	}
	return kept
}
