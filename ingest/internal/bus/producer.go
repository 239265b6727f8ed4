package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/segmentio/kafka-go"
)

// Errors of Publish that a caller answers differently.
var (
	// ErrOverloaded says that as much is in flight as may be: try again later.
	ErrOverloaded = errors.New("too many messages wait for Kafka")
	// ErrTooLarge says that a message passes MaxMessageBytes and never fits.
	ErrTooLarge = errors.New("message is larger than Kafka takes")
)

const (
	// How long a message waits for company. Under load a batch fills while the one before it is being
	// written, so this only adds to the latency of a quiet system. kafka-go's default is a second.
	linger = 2 * time.Millisecond
	// Attempts and time for each bound how long a message can be in flight: about half a minute.
	writeAttempts = 5
	writeTimeout  = 5 * time.Second
)

// Producer publishes messages durably. It is safe for concurrent use, and faster for it: messages
// published at the same time share a request.
type Producer struct {
	cluster  Cluster
	writer   *kafka.Writer
	log      *clientLog
	limit    int64
	inFlight atomic.Int64

	published *prometheus.CounterVec
	failed    *prometheus.CounterVec
}

// NewProducer returns a producer that has at most maxInFlight bytes in flight.
func NewProducer(cluster Cluster, maxInFlight int64, log *slog.Logger, metrics prometheus.Registerer) (*Producer, error) {
	clientLog := newClientLog(log, "producer")
	p := &Producer{
		cluster: cluster,
		log:     clientLog,
		limit:   maxInFlight,
		writer: &kafka.Writer{
			Addr:         kafka.TCP(cluster.Brokers...),
			Balancer:     kafka.Murmur2Balancer{}, // the same partitions as every other Kafka client
			RequiredAcks: kafka.RequireAll,
			BatchSize:    1000,
			BatchBytes:   MaxMessageBytes,
			BatchTimeout: linger,
			MaxAttempts:  writeAttempts,
			WriteTimeout: writeTimeout,
			ReadTimeout:  writeTimeout,
			ErrorLogger:  clientLog,
		},
		published: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lamplight_kafka_published_total", Help: "Messages that every in-sync replica acknowledged.",
		}, []string{"topic"}),
		failed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lamplight_kafka_publish_failed_total", Help: "Messages refused or not acknowledged, by reason.",
		}, []string{"topic", "reason"}),
	}
	for _, topic := range []string{TopicBatches, TopicFeeds, TopicDead} { // to be watched from the start
		p.published.WithLabelValues(topic)
		for _, reason := range []string{"not_acknowledged", "overloaded", "too_large"} {
			p.failed.WithLabelValues(topic, reason)
		}
	}
	bytes := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "lamplight_kafka_in_flight_bytes", Help: "Bytes waiting for Kafka's acknowledgement.",
	}, func() float64 { return float64(p.inFlight.Load()) })
	if err := register(metrics, p.published, p.failed, bytes); err != nil {
		return nil, err
	}
	return p, nil
}

// Publish returns nil once every in-sync replica has all the messages, which all go to one topic. After
// any other error than ErrOverloaded and ErrTooLarge each message may be in the topic or not; when ctx
// ends first, they may still arrive later. Keys and values must not be changed afterwards.
func (p *Producer) Publish(ctx context.Context, topic string, messages ...Message) error {
	var size int64
	out := make([]kafka.Message, len(messages))
	for i, m := range messages {
		m.Topic = topic
		n := m.size()
		if n > MaxMessageBytes {
			p.failed.WithLabelValues(topic, "too_large").Inc()
			return fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, n, MaxMessageBytes)
		}
		size += n
		out[i] = p.cluster.encode(m)
	}
	if p.inFlight.Add(size) > p.limit {
		p.inFlight.Add(-size)
		p.failed.WithLabelValues(topic, "overloaded").Add(float64(len(out)))
		return ErrOverloaded
	}
	// The writer keeps a message until it is written or given up, even when the caller has gone, and it
	// is counted as in flight for as long.
	done := make(chan error, 1)
	go func() {
		defer p.inFlight.Add(-size)
		done <- p.write(context.WithoutCancel(ctx), topic, out)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("publish to %s: %w", topic, context.Cause(ctx))
	}
}

func (p *Producer) write(ctx context.Context, topic string, messages []kafka.Message) error {
	err := p.writer.WriteMessages(ctx, messages...)
	if err == nil {
		p.published.WithLabelValues(topic).Add(float64(len(messages)))
		return nil
	}
	p.failed.WithLabelValues(topic, "not_acknowledged").Add(float64(len(messages)))
	if each, ok := errors.AsType[kafka.WriteErrors](err); ok {
		err = firstOf(each)
	}
	p.log.Printf("publish to %s: %v", topic, err)
	if errors.Is(err, kafka.Unknown) { // what brokers say when they cannot write
		err = fmt.Errorf("the broker could not keep it: see whether its disk is full, and its log: %w", err)
	}
	return fmt.Errorf("publish to %s: %w", topic, err)
}

// Close waits for what is in flight.
func (p *Producer) Close() error { return p.writer.Close() }

func firstOf(each kafka.WriteErrors) error {
	for _, err := range each {
		if err != nil {
			return err
		}
	}
	return nil
}

// size is about what the message takes in a request.
func (m *Message) size() int64 {
	n := 64 + len(m.Key) + len(m.Value)
	for _, h := range m.Headers {
		n += 16 + len(h.Name) + len(h.Value)
	}
	return int64(n)
}

func register(metrics prometheus.Registerer, all ...prometheus.Collector) error {
	for _, c := range all {
		if err := metrics.Register(c); err != nil {
			return fmt.Errorf("register metrics: %w", err)
		}
	}
	return nil
}
