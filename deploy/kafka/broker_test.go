package kafka_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	apache "github.com/lamplight-net/lamplight/deploy/kafka"
	"github.com/lamplight-net/lamplight/deploy/servicetest"
)

func TestMain(m *testing.M) { servicetest.Main(m) }

// TestBrokerKeepsMessages restarts Apache Kafka on its folder and finds what it had acknowledged.
func TestBrokerKeepsMessages(t *testing.T) {
	cfg := apache.Config{Jars: servicetest.KafkaJars(t), Dir: t.TempDir(), Log: slog.New(slog.DiscardHandler)}
	broker := start(t, cfg)
	address := broker.Address()
	if err := write(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	if _, err := apache.Start(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "is in use") {
		t.Errorf("a second broker on the folder: got error %v, want one that says that it is in use", err)
	}
	if err := broker.Close(); err != nil {
		t.Fatal(err)
	}
	broker = start(t, cfg)
	if broker.Address() != address {
		t.Errorf("the address changed from %s to %s", address, broker.Address())
	}
	reader := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{broker.Address()}, Topic: "kept", MaxWait: 100 * time.Millisecond})
	defer func() { _ = reader.Close() }()
	message, err := reader.ReadMessage(t.Context())
	if err != nil || string(message.Value) != "kept" {
		t.Errorf("got message %q, error %v", message.Value, err)
	}
}

func start(t *testing.T, cfg apache.Config) *apache.Broker {
	t.Helper()
	broker, err := apache.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := broker.Close(); err != nil {
			t.Error(err)
		}
	})
	return broker
}

func write(ctx context.Context, address string) error {
	client := &kafka.Client{Addr: kafka.TCP(address), Timeout: 10 * time.Second}
	response, err := client.CreateTopics(ctx, &kafka.CreateTopicsRequest{
		Topics: []kafka.TopicConfig{{Topic: "kept", NumPartitions: 1, ReplicationFactor: 1}},
	})
	if err := errors.Join(err, response.Errors["kept"]); err != nil {
		return fmt.Errorf("create topic: %w", err)
	}
	writer := &kafka.Writer{
		Addr: kafka.TCP(address), Topic: "kept", RequiredAcks: kafka.RequireAll, BatchTimeout: time.Millisecond,
		Transport: &kafka.Transport{},
	}
	return errors.Join(writer.WriteMessages(ctx, kafka.Message{Value: []byte("kept")}), writer.Close())
}
