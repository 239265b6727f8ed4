package bus

import (
	"context"
	"fmt"

	"github.com/segmentio/kafka-go"
)

// seen notes where a partition stands, and finds what kafka-go hides: where a topic has deleted messages
// that nobody had fetched, its reader just goes on behind them.
//
// An offset that jumps is only a loss when the group had not committed up to it. Otherwise the partition
// was another member's for a while.
func (c *Consumer) seen(ctx context.Context, m *Message) {
	at := partition{m.Topic, m.Partition}
	expected, known := c.next[at]
	c.next[at] = m.Offset + 1
	if known && m.Offset <= expected {
		return
	}
	committed, err := c.committed(ctx, at)
	if err != nil {
		c.errors.Inc()
		c.log.Printf("look for a gap: %v", err)
		return
	}
	if lost := lostBefore(m.Offset, expected, known, committed); lost > 0 {
		c.lost.WithLabelValues(m.Topic).Add(float64(lost))
		c.log.log.Error("topic deleted messages before they were fetched: they are lost, make its retention longer",
			"topic", m.Topic, "partition", m.Partition, "offset", m.Offset-lost, "messages", lost)
	}
}

// lostBefore returns how many messages are missing right before offset. expected is the offset after the
// last one fetched, if any; committed the one after the last that the group committed, negative if none.
func lostBefore(offset, expected int64, known bool, committed int64) int64 {
	from := committed
	if known {
		from = max(from, expected)
	}
	if from < 0 {
		return 0
	}
	return max(0, offset-from)
}

func (c *Consumer) committed(ctx context.Context, at partition) (int64, error) {
	topic := c.cluster.Prefix + at.topic
	response, err := c.client.OffsetFetch(ctx, &kafka.OffsetFetchRequest{
		GroupID: c.group, Topics: map[string][]int{topic: {at.number}},
	})
	if err == nil {
		err = response.Error
	}
	if err != nil {
		return 0, fmt.Errorf("fetch committed offset: %w", err)
	}
	for _, p := range response.Topics[topic] {
		if p.Partition == at.number {
			return p.CommittedOffset, p.Error
		}
	}
	return -1, nil
}
