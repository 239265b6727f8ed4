package loader

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"
)

// fetch takes messages from Kafka until ctx ends and sends them on in order, each as a promise of its
// rows, which are made meanwhile by as many goroutines as there are processors.
func (l *Loader) fetch(ctx context.Context, promises chan<- <-chan decoded) error {
	defer close(promises)
	busy := make(chan struct{}, runtime.GOMAXPROCS(0))
	var decoding sync.WaitGroup
	defer decoding.Wait() // whoever closes what they read waits for Run
	for {
		if err := l.ahead.wait(ctx); err != nil {
			return nil // ctx has ended
		}
		m, err := l.consumer.Fetch(ctx)
		if err != nil {
			return nil // only the end of ctx makes Fetch fail
		}
		promise := make(chan decoded, 1)
		busy <- struct{}{}
		decoding.Go(func() {
			defer func() { <-busy }()
			d := l.decoder.decode(m)
			l.ahead.hold(d.size())
			promise <- d
		})
		select {
		case promises <- promise:
		case <-ctx.Done():
			return nil
		}
	}
}

// collect gathers rows into blocks. A block goes out when it is full, or old enough and somebody takes it:
// while the one before is being written it just grows. An error means that loading must stop; the block
// begun is then not written, and its messages stay in Kafka. ctx is that of whoever takes the blocks.
func (l *Loader) collect(ctx context.Context, promises <-chan (<-chan decoded), blocks chan<- *block) error {
	defer close(blocks)
	current := &block{}
	due := time.NewTimer(0)
	<-due.C
	isDue := false
	for {
		in, out := promises, chan<- *block(nil)
		full := current.rows.len() >= l.cfg.BlockRows || current.bytes >= maxBlockBytes
		if full {
			in = nil
		}
		if full || isDue {
			out = blocks
		}
		select {
		case promise, open := <-in:
			if !open {
				if len(current.messages) > 0 {
					select {
					case blocks <- current:
					case <-ctx.Done():
					}
				}
				return nil
			}
			d := <-promise
			l.ahead.hold(-d.size())
			if err := l.breaker.note(d.err != nil); err != nil {
				return fmt.Errorf("loader stopped: %w; the last, at offset %d of topic %s partition %d: %w; "+
					"see batches.dead.v1 for earlier ones, mend the cause and start again",
					err, d.message.Offset, d.message.Topic, d.message.Partition, d.err)
			}
			if len(current.messages) == 0 {
				due.Reset(l.cfg.BlockWait)
			}
			current.add(d)
		case <-due.C:
			isDue = true
		case out <- current:
			due.Stop()
			current, isDue = &block{}, false
		case <-ctx.Done():
			return nil
		}
	}
}
