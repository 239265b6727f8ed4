package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/segmentio/kafka-go"

	"github.com/lamplight-net/lamplight/deploy/embedded"
)

// TestBrokerKeepsMessages writes with acks=all, reads half in a consumer group, restarts the broker, and
// reads the rest. A fleeting broker, too, keeps what it can when it is closed in good order.
func TestBrokerKeepsMessages(t *testing.T) {
	for name, fleeting := range map[string]bool{"synced": false, "fleeting": true} {
		t.Run(name, func(t *testing.T) { testKeepsMessages(t, fleeting) })
	}
}

func testKeepsMessages(t *testing.T, fleeting bool) {
	dir := t.TempDir()
	broker := startBrokerWith(t, embedded.BrokerConfig{Dir: dir, Fleeting: fleeting, Log: quiet()})
	address := broker.Address()
	createTopic(t, address)
	produce(t, address, "a", "b", "c", "d")
	if diff := cmp.Diff([]string{"a", "b"}, consume(t, address, 2)); diff != "" {
		t.Fatalf("before the restart (-want +got):\n%s", diff)
	}
	if err := broker.Close(); err != nil {
		t.Fatal(err)
	}

	broker = startBrokerWith(t, embedded.BrokerConfig{Dir: dir, Fleeting: fleeting, Log: quiet()})
	if broker.Address() != address {
		t.Errorf("the address changed from %s to %s", address, broker.Address())
	}
	if diff := cmp.Diff([]string{"c", "d"}, consume(t, broker.Address(), 2)); diff != "" {
		t.Errorf("after the restart (-want +got):\n%s", diff)
	}
}

// TestBrokerKeepsAcknowledged kills a broker's process and finds every message that it had acknowledged.
func TestBrokerKeepsAcknowledged(t *testing.T) {
	dir := t.TempDir()
	parent, address := runParent(t, brokerParent, dir)
	createTopic(t, address)
	var want []string
	for i := range 20 {
		want = append(want, fmt.Sprint(i))
		produce(t, address, fmt.Sprint(i))
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	if diff := cmp.Diff(want, consume(t, startBroker(t, dir).Address(), len(want))); diff != "" {
		t.Errorf("after a kill (-want +got):\n%s", diff)
	}
}

func TestBrokerPortTaken(t *testing.T) {
	dir := t.TempDir()
	broker := startBroker(t, dir)
	taken := broker.Address()
	if err := broker.Close(); err != nil {
		t.Fatal(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", taken)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	if got := startBroker(t, dir).Address(); got == taken {
		t.Errorf("the broker claims %s, where another listens", got)
	}
}

func TestBrokerFolderInUse(t *testing.T) {
	dir := t.TempDir()
	startBroker(t, dir)
	_, err := embedded.StartBroker(t.Context(), embedded.BrokerConfig{Dir: dir, Log: quiet()})
	if err == nil || !strings.Contains(err.Error(), "data folder "+dir+" is in use") {
		t.Errorf("got error %v, want one that says that the folder is in use", err)
	}
}

func startBroker(t *testing.T, dir string) *embedded.Broker {
	t.Helper()
	return startBrokerWith(t, embedded.BrokerConfig{Dir: dir, Log: quiet()})
}

func startBrokerWith(t *testing.T, cfg embedded.BrokerConfig) *embedded.Broker {
	t.Helper()
	broker, err := embedded.StartBroker(t.Context(), cfg)
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

const topic = "messages"

func createTopic(t *testing.T, address string) {
	t.Helper()
	client := &kafka.Client{Addr: kafka.TCP(address), Timeout: 10 * time.Second}
	response, err := client.CreateTopics(t.Context(), &kafka.CreateTopicsRequest{
		Topics: []kafka.TopicConfig{{Topic: topic, NumPartitions: 1, ReplicationFactor: 1}},
	})
	if err := errors.Join(err, response.Errors[topic]); err != nil {
		t.Fatal(err)
	}
}

func produce(t *testing.T, address string, values ...string) {
	t.Helper()
	writer := &kafka.Writer{
		Addr: kafka.TCP(address), Topic: topic, RequiredAcks: kafka.RequireAll, BatchTimeout: time.Millisecond,
		Transport: &kafka.Transport{},
	}
	var messages []kafka.Message
	for _, value := range values {
		messages = append(messages, kafka.Message{Value: []byte(value)})
	}
	if err := errors.Join(writer.WriteMessages(t.Context(), messages...), writer.Close()); err != nil {
		t.Fatal(err)
	}
}

// consume reads n messages in a consumer group, where the group's last reader left off, and commits them.
func consume(t *testing.T, address string, n int) []string {
	t.Helper()
	reader := kafka.NewReader(kafka.ReaderConfig{
		Brokers: []string{address}, Topic: topic, GroupID: "readers", StartOffset: kafka.FirstOffset,
		MaxWait: 100 * time.Millisecond,
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var values []string
	for range n {
		message, err := reader.FetchMessage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := reader.CommitMessages(ctx, message); err != nil {
			t.Fatal(err)
		}
		values = append(values, string(message.Value))
	}
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	return values
}
