package bus

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/segmentio/kafka-go"
)

// GroupLoader is the consumer group of the loaders.
const GroupLoader = "lamplight-loader"

const (
	// A loader that was killed holds its partitions for this long; brokers allow no less by default
	// (group.min.session.timeout.ms).
	sessionTimeout = 6 * time.Second
	// readTimeout ends a fetch that the broker has forgotten, which the embedded one does now and then under
	// load: it is asked to answer within a second, and asking again costs nothing.
	readTimeout = 3 * time.Second
	// maxWait is how long a fetch waits for a message, plus the second by which kafka-go lets its answer be
	// late. Of a wait of a second or less it would allow only a quarter: a broker on a busy machine is later
	// than that, and each time the connection is closed and the partition stands still.
	maxWait = 2 * time.Second
	// The first join of a group is refused until the broker has its offsets topic
	// (GroupCoordinatorNotAvailable), which takes a second or two.
	joinBackoff  = 500 * time.Millisecond
	fetchBackoff = time.Second
	// maxQueueBytes bounds the messages that wait to be fetched. kafka-go counts them, so each is taken for
	// as large as one may be.
	maxQueueBytes = 64 << 20
)

// Consumer fetches messages as a member of a group. Fetch is for one goroutine, which may be another than
// that of Commit.
type Consumer struct {
	cluster Cluster
	group   string
	reader  *kafka.Reader
	client  *kafka.Client
	next    map[partition]int64 // the offset expected next, of partitions seen
	log     *clientLog

	fetched *prometheus.CounterVec
	errors  prometheus.Counter
	lost    *prometheus.CounterVec
	behind  *behind
}

type partition struct {
	topic  string
	number int
}

// NewConsumer joins group and reads topics from where the group stands, or from their beginning.
func NewConsumer(cluster Cluster, group string, topics []string, log *slog.Logger, metrics prometheus.Registerer) (*Consumer, error) {
	c := &Consumer{
		cluster: cluster,
		group:   cluster.Prefix + group,
		client:  &kafka.Client{Addr: kafka.TCP(cluster.Brokers...), Timeout: sessionTimeout},
		next:    map[partition]int64{},
		log:     newClientLog(log, "consumer"),
		fetched: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lamplight_kafka_fetched_total", Help: "Messages fetched, copies included.",
		}, []string{"topic"}),
		errors: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "lamplight_kafka_fetch_errors_total", Help: "Fetches that failed and were tried again.",
		}),
		lost: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lamplight_kafka_lost_total", Help: "Messages that the topic deleted before they were fetched.",
		}, []string{"topic"}),
		behind: newBehind(topics),
	}
	for _, topic := range topics { // to be watched from the start
		c.fetched.WithLabelValues(topic)
		c.lost.WithLabelValues(topic)
	}
	config := kafka.ReaderConfig{
		Brokers:               cluster.Brokers,
		GroupID:               c.group,
		QueueCapacity:         maxQueueBytes / MaxMessageBytes,
		MaxBytes:              8 << 20,
		MaxWait:               maxWait,
		ReadBatchTimeout:      readTimeout,
		SessionTimeout:        sessionTimeout,
		HeartbeatInterval:     sessionTimeout / 4,
		RebalanceTimeout:      sessionTimeout,
		JoinGroupBackoff:      joinBackoff,
		WatchPartitionChanges: true,
		StartOffset:           kafka.FirstOffset,
		ErrorLogger:           c.log,
	}
	for _, topic := range topics {
		config.GroupTopics = append(config.GroupTopics, cluster.Prefix+topic)
	}
	if err := config.Validate(); err != nil {
		return nil, fmt.Errorf("open consumer of group %s: %w", group, err)
	}
	c.reader = kafka.NewReader(config)
	c.behind.rebuilt = func() bool { return c.reader.Stats().Rebalances > 0 }
	if err := register(metrics, c.fetched, c.errors, c.lost, c.behind); err != nil {
		return nil, errors.Join(err, c.reader.Close())
	}
	return c, nil
}

// Fetch waits for the next message. Within a partition, messages come in order and without holes; after a
// rebalance some may come again. A broker that cannot be reached is waited for, so the only errors are
// those of ctx and io.EOF after Close.
func (c *Consumer) Fetch(ctx context.Context) (Message, error) {
	for {
		m, err := c.reader.FetchMessage(ctx)
		switch {
		case err == nil:
			out := c.cluster.decode(m)
			c.fetched.WithLabelValues(out.Topic).Inc()
			c.behind.note(&out)
			c.seen(ctx, &out)
			return out, nil
		case ctx.Err() != nil:
			return Message{}, context.Cause(ctx)
		case errors.Is(err, io.EOF):
			return Message{}, err
		}
		c.errors.Inc()
		c.log.Printf("fetch: %v", err)
		select {
		case <-ctx.Done():
			return Message{}, context.Cause(ctx)
		case <-time.After(fetchBackoff):
		}
	}
}

// Commit marks messages, and all before them in their partitions, as handled. An error means that they may
// come again.
func (c *Consumer) Commit(ctx context.Context, messages []Message) error {
	last := map[partition]int64{}
	for _, m := range messages {
		at := partition{m.Topic, m.Partition}
		last[at] = max(last[at], m.Offset)
	}
	out := make([]kafka.Message, 0, len(last))
	for at, offset := range last {
		out = append(out, kafka.Message{Topic: c.cluster.Prefix + at.topic, Partition: at.number, Offset: offset})
	}
	if err := c.reader.CommitMessages(ctx, out...); err != nil {
		return fmt.Errorf("commit offsets: %w", err)
	}
	return nil
}

// Close leaves the group, so that others need not wait for this member's session to end.
func (c *Consumer) Close() error { return c.reader.Close() }
