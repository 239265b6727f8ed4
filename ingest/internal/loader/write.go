package loader

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
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
// that fails is repeated until it succeeds, ctx ends, or no repetition can help, which is the error.
func (l *Loader) write(ctx context.Context, blocks <-chan *block) error {
	for b := range blocks {
		for _, step := range l.steps {
			done, err := l.insist(ctx, step, b)
			if err != nil {
				return err
			}
			if !done {
				l.log.Info("stopped before a block was written: its messages will come again", "messages", len(b.messages))
				return nil
			}
		}
		l.metrics.blocks.Inc()
		if !b.oldest.IsZero() {
			l.metrics.delay.Observe(time.Since(b.oldest).Seconds())
		}
	}
	return nil
}

// insist repeats a step, and reports whether it was done; ctx ended otherwise.
func (l *Loader) insist(ctx context.Context, step step, b *block) (done bool, err error) {
	for wait := retryMin; ctx.Err() == nil; wait = min(2*wait, retryMax) {
		err := step.do(ctx, b)
		if err == nil {
			return true, nil
		}
		if errors.Is(err, errGiveUp) {
			return false, err
		}
		l.metrics.retries.WithLabelValues(step.name).Inc()
		l.log.Warn("step failed, trying again", "step", step.name, "error", err, "wait", wait)
		select {
		case <-ctx.Done():
		case <-time.After(wait/2 + rand.N(wait)):
		}
	}
	return false, nil
}

// bury publishes the dead letters of a block.
func (l *Loader) bury(ctx context.Context, b *block) error {
	for len(b.dead) > 0 {
		err := l.producer.Publish(ctx, bus.TopicDead, b.dead[0].whole())
		if errors.Is(err, bus.ErrTooLarge) {
			err = l.producer.Publish(ctx, bus.TopicDead, b.dead[0].withoutBody())
		}
		if err != nil {
			return err
		}
		l.buried(b.dead[0])
		b.dead = b.dead[1:]
	}
	return nil
}

// buried tells the operator of a dead letter. Anybody can make lines that are no rows, so those are logged at a
// limited rate; the breaker limits the others.
func (l *Loader) buried(letter letter) {
	l.metrics.dead.Inc()
	if len(letter.lines) == 0 {
		l.log.Error("message or row can never be loaded, see batches.dead.v1", "reason", letter.reason)
		return
	}
	for class, n := range letter.lines {
		l.metrics.rejected.WithLabelValues(class).Add(float64(n))
	}
	if _, ok := l.rejections.Allow(struct{}{}, time.Now()); ok {
		l.log.Warn("lines of a batch are no rows, see batches.dead.v1", "reason", letter.reason)
	}
}

// commit notes in Kafka that the messages of a block are done. It is tried once: when the group has just
// changed hands it cannot succeed, and all that follows is that the messages come again.
func (l *Loader) commit(ctx context.Context, b *block) error {
	bounded, cancel := context.WithTimeout(ctx, commitTime)
	defer cancel()
	if err := l.consumer.Commit(bounded, b.messages); err != nil {
		l.metrics.retries.WithLabelValues("commit").Inc()
		l.log.Warn("offsets not committed: messages will come again", "error", err)
		return nil
	}
	l.metrics.committed.Inc()
	return nil
}
