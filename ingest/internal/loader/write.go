package loader

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// The wait between two tries of a step that failed. A ClickHouse that restarts is back within seconds.
const (
	retryMin = 200 * time.Millisecond
	retryMax = 10 * time.Second
)

// step is one of the things done with a block.
type step struct {
	name string
	do   func(context.Context, *block) error
}

// write takes each block through the steps. Their order is the guarantee: the offsets come last. A step
// that fails is repeated until it succeeds or ctx ends.
func (l *Loader) write(ctx context.Context, blocks <-chan *block) {
	for b := range blocks {
		for _, step := range l.steps {
			if !l.insist(ctx, step, b) {
				l.log.Info("stopped before a block was written: its messages will come again", "messages", len(b.messages))
				return
			}
		}
		l.metrics.blocks.Inc()
		if !b.oldest.IsZero() {
			l.metrics.delay.Observe(time.Since(b.oldest).Seconds())
		}
	}
}

func (l *Loader) insist(ctx context.Context, step step, b *block) bool {
	for wait := retryMin; ; wait = min(2*wait, retryMax) {
		err := step.do(ctx, b)
		if err == nil {
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		l.metrics.retries.WithLabelValues(step.name).Inc()
		l.log.Warn("step failed, trying again", "step", step.name, "error", err, "wait", wait)
		select {
		case <-ctx.Done():
			return false
		case <-time.After(wait/2 + rand.N(wait)):
		}
	}
}

// insert writes the rows of a block. After an error some tables may have theirs; the next try writes the
// same rows again, and copies collapse.
func (l *Loader) insert(ctx context.Context, b *block) error {
	started := time.Now()
	err := errors.Join(
		insertTable(ctx, l, b, store.TableBatches, &b.rows.batches),
		insertTable(ctx, l, b, store.TableMeasurements, &b.rows.measurements),
		insertTable(ctx, l, b, store.TableSignals, &b.rows.signals),
		insertTable(ctx, l, b, store.TableAtlas, &b.rows.atlas),
		insertTable(ctx, l, b, store.TableReports, &b.rows.reports),
	)
	if err == nil {
		l.metrics.insertSeconds.Observe(time.Since(started).Seconds())
	}
	return err
}

// insertTable writes rows to their table. A row that the table can never hold, which the decoders should
// have found, is taken out, told of as a dead letter, and costs no other row.
func insertTable[T any](ctx context.Context, l *Loader, b *block, table string, rows *[]T) error {
	for {
		err := store.Insert(ctx, l.db, table, *rows)
		bad, ok := errors.AsType[*store.RowError](err)
		if !ok {
			if err == nil {
				l.metrics.rows.WithLabelValues(table).Add(float64(len(*rows)))
			}
			return err
		}
		letter := bus.Message{Topic: table, Value: fmt.Appendf(nil, "%+v", (*rows)[bad.Index])}
		b.dead = append(b.dead, deadLetter(letter, bad))
		*rows = slices.Delete(*rows, bad.Index, bad.Index+1)
	}
}

// bury publishes the dead letters of a block.
func (l *Loader) bury(ctx context.Context, b *block) error {
	for len(b.dead) > 0 {
		err := l.producer.Publish(ctx, bus.TopicDead, b.dead[0])
		if errors.Is(err, bus.ErrTooLarge) {
			err = l.producer.Publish(ctx, bus.TopicDead, withoutBody(b.dead[0]))
		}
		if err != nil {
			return err
		}
		reason, _ := b.dead[0].Header(headerReason)
		l.log.Error("message can never be loaded, see batches.dead.v1", "reason", string(reason))
		l.metrics.dead.Inc()
		b.dead = b.dead[1:]
	}
	return nil
}

// commit notes in Kafka that the messages of a block are done. It is tried once: when the group has just
// changed hands it cannot succeed, and all that follows is that the messages come again.
func (l *Loader) commit(ctx context.Context, b *block) error {
	bounded, cancel := context.WithTimeout(ctx, commitTime)
	defer cancel()
	if err := l.consumer.Commit(bounded, b.messages); err != nil {
		l.metrics.retries.WithLabelValues("commit").Inc()
		l.log.Warn("offsets not committed: messages will come again", "error", err)
	}
	return nil
}
