package loader

import (
	"time"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
)

// block is what goes into ClickHouse at once: the rows of some messages, and the letters for the dead
// among them.
type block struct {
	rows     rows
	messages []bus.Message // without key, value and headers: for their offsets
	dead     []letter
	bytes    int
	oldest   time.Time // when the gateway received the first of its batches
}

func (b *block) add(d decoded) {
	b.rows.add(d.rows)
	b.bytes += len(d.message.Value)
	for i := range d.rows.batches {
		b.bytes += len(d.rows.batches[i].Bytes)
		if at := d.rows.batches[i].ReceivedAt; b.oldest.IsZero() || at.Before(b.oldest) {
			b.oldest = at
		}
	}
	if d.err != nil {
		b.dead = append(b.dead, deadMessage(d.message, d.err))
	}
	if len(d.rejected) > 0 {
		b.dead = append(b.dead, deadLines(d.message, d.rows.batches[0].ID, d.rejected))
	}
	b.messages = append(b.messages, bus.Message{Topic: d.message.Topic, Partition: d.message.Partition, Offset: d.message.Offset})
}

// rowBytes is about what a row takes: a measurement, the widest, with its short texts.
const rowBytes = 1 << 10

// size is about what d takes of memory.
func (d *decoded) size() int64 {
	n := len(d.message.Value) + rowBytes*d.rows.len()
	for i := range d.rows.batches {
		n += len(d.rows.batches[i].Bytes)
	}
	return int64(n)
}
