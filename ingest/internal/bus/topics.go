package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/segmentio/kafka-go"
)

// The topics. The version of what a message holds is in the name, so that two can run side by side.
const (
	TopicBatches = "batches.v1"
	TopicFeeds   = "feeds.v1"
	TopicDead    = "batches.dead.v1"
)

// MaxMessageBytes is the largest message, key and headers included. It stays under the limit that Kafka
// brokers have by default (message.max.bytes, 1,048,588) with room for what the protocol adds.
const MaxMessageBytes = 1_000_000

// Cluster says where Kafka is.
type Cluster struct {
	Brokers []string // host:port, at least one
	// Prefix stands before every topic and group name, for several Lamplights on one cluster.
	Prefix string
}

const (
	// A probe deletes what the gateway has acknowledged, so a message must outlive any absence of the
	// loader that an operator would sleep through.
	retention = 30 * 24 * time.Hour
	// The first attempts on a broker that is just starting fail at once; then once a second is plenty.
	createBackoff = 200 * time.Millisecond
)

// errNoBroker is what kafka-go says in words of its own, which tell nobody what to do, and as if trying again were no use.
var errNoBroker = errors.New("no broker answers there")

// CreateTopics creates the topics that do not exist yet, with so many partitions each and the cluster's
// own replication factor. It waits for a cluster that cannot be reached, until ctx ends, and says so.
func CreateTopics(ctx context.Context, cluster Cluster, partitions int, log *slog.Logger) error {
	client := &kafka.Client{Addr: kafka.TCP(cluster.Brokers...), Timeout: 10 * time.Second}
	request := &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{
		cluster.topic(TopicBatches, partitions, retention),
		cluster.topic(TopicFeeds, partitions, retention),
		// Dead letters wait for a person.
		cluster.topic(TopicDead, 1, -time.Millisecond),
	}}
	var said time.Time
	for wait := createBackoff; ; wait = min(2*wait, time.Second) {
		err := create(ctx, client, request)
		if err == nil || (ctx.Err() == nil && !temporary(err)) {
			return err
		}
		if now := time.Now(); ctx.Err() == nil && now.Sub(said) >= clientLogEvery {
			log.Warn("kafka is away, trying again: is --kafka the host:port of a broker that runs?", "error", err)
			said = now
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", context.Cause(ctx), err)
		case <-time.After(wait):
		}
	}
}

func (c Cluster) topic(name string, partitions int, keep time.Duration) kafka.TopicConfig {
	return kafka.TopicConfig{
		Topic: c.Prefix + name, NumPartitions: partitions, ReplicationFactor: -1,
		ConfigEntries: []kafka.ConfigEntry{{ConfigName: "retention.ms", ConfigValue: fmt.Sprint(keep.Milliseconds())}},
	}
}

func create(ctx context.Context, client *kafka.Client, request *kafka.CreateTopicsRequest) error {
	response, err := client.CreateTopics(ctx, request)
	if errors.Is(err, kafka.BrokerNotAvailable) {
		err = errNoBroker
	}
	if err != nil {
		return fmt.Errorf("create topics at %s: %w", client.Addr, err)
	}
	for topic, err := range response.Errors {
		if err != nil && !errors.Is(err, kafka.TopicAlreadyExists) {
			return fmt.Errorf("create topic %s: %w", topic, err)
		}
	}
	return nil
}

// temporary reports whether trying again can help. What is not an answer of a broker is a broker that
// could not be asked.
func temporary(err error) bool {
	if answer, ok := errors.AsType[kafka.Error](err); ok {
		return answer.Temporary()
	}
	return true
}
