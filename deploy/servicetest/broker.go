package servicetest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/lamplight-net/lamplight/deploy/embedded"
	"github.com/lamplight-net/lamplight/deploy/kafka"
	"github.com/lamplight-net/lamplight/deploy/machinetest"
)

// Kafka returns the address of this test process's embedded broker. Tests share it: each uses topics and
// groups of its own.
func Kafka(t testing.TB) string {
	t.Helper()
	running.mu.Lock()
	defer running.mu.Unlock()
	err := running.once("embedded broker", running.broker != nil, func(ctx context.Context, dir string) error {
		broker, err := embedded.StartBroker(ctx, embedded.BrokerConfig{Dir: filepath.Join(dir, "broker"), Log: quiet()})
		if err != nil {
			return err
		}
		running.broker = broker
		running.closers = append(running.closers, broker.Close)
		return nil
	})
	if err != nil {
		t.Fatalf("start embedded broker: %v", err) // it needs nothing that a machine could lack
	}
	return running.broker.Address()
}

// ApacheKafka returns the address of this test process's Apache Kafka, which needs Java 17 and the jars that
// deploy/kafka fetches.
func ApacheKafka(t testing.TB) string {
	t.Helper()
	running.mu.Lock()
	defer running.mu.Unlock()
	err := running.once("Apache Kafka", running.kafka != "", func(ctx context.Context, dir string) error {
		jars, err := kafkaJars(ctx)
		if err != nil {
			return err
		}
		broker, err := kafka.Start(ctx, kafka.Config{Jars: jars, Dir: filepath.Join(dir, "kafka"), Log: quiet()})
		if err != nil {
			return err
		}
		running.kafka = broker.Address()
		running.closers = append(running.closers, broker.Close)
		return nil
	})
	if err != nil {
		missing(t, "Apache Kafka", err)
	}
	return running.kafka
}

// KafkaJars returns the folder of Apache Kafka's jars: the one that LAMPLIGHT_KAFKA_LIB names, or that of the
// project's cache.
func KafkaJars(t testing.TB) string {
	t.Helper()
	jars, err := kafkaJars(t.Context())
	if err != nil {
		missing(t, "Apache Kafka", err)
	}
	return jars
}

// kafkaJars returns the folder of the jars, where there is a Java to run them. Its errors are absences.
func kafkaJars(ctx context.Context) (string, error) {
	if _, err := exec.LookPath("java"); err != nil {
		return "", absent{errors.New("no java on PATH: install Java 17")}
	}
	jars, err := findKafkaJars(ctx)
	if err != nil {
		return "", absent{err}
	}
	return jars, nil
}

// findKafkaJars fetches them only where services are required: 44 MB are no price of a short test.
func findKafkaJars(ctx context.Context) (string, error) {
	if jars := os.Getenv("LAMPLIGHT_KAFKA_LIB"); jars != "" {
		return jars, nil
	}
	if machinetest.Required() {
		return kafka.Fetch(ctx, "", os.Stderr)
	}
	return kafka.Find("")
}

// EachKafka runs test against the embedded broker and against Apache Kafka, as subtests.
func EachKafka(t *testing.T, test func(t *testing.T, broker string)) {
	t.Helper()
	t.Run("embedded", func(t *testing.T) { test(t, Kafka(t)) })
	t.Run("apache", func(t *testing.T) { test(t, ApacheKafka(t)) })
}
