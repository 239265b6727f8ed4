package bus

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/segmentio/kafka-go"

	"github.com/lamplight-net/lamplight/deploy/servicetest"
)

// patience bounds a test that would otherwise hang; nothing passes because of it.
const patience = time.Minute

func newCluster(t *testing.T, broker string, partitions int) Cluster {
	t.Helper()
	cluster := Cluster{Brokers: []string{broker}, Prefix: strings.ToLower(rand.Text()) + "."}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := CreateTopics(ctx, cluster, partitions, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	return cluster
}

func newProducer(t *testing.T, cluster Cluster, limit int64) *Producer {
	t.Helper()
	p, err := NewProducer(cluster, limit, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func newConsumer(t *testing.T, cluster Cluster, topics ...string) *Consumer {
	t.Helper()
	c, err := NewConsumer(cluster, GroupLoader, topics, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func fetch(t *testing.T, c *Consumer, n int) []Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out := make([]Message, n)
	for i := range out {
		m, err := c.Fetch(ctx)
		if err != nil {
			t.Fatalf("fetch %d of %d: %v", i+1, n, err)
		}
		out[i] = m
	}
	return out
}

func TestMessageArrivesWhole(t *testing.T) {
	servicetest.EachKafka(t, func(t *testing.T, broker string) {
		cluster := newCluster(t, broker, 3)
		sent := Message{
			Key: []byte{0, 255, 1}, Value: []byte("value"),
			Headers: []Header{{"a", []byte("1")}, {"b", []byte{0, 1}}, {"a", []byte("2")}},
		}
		if err := newProducer(t, cluster, 1<<20).Publish(t.Context(), TopicFeeds, sent); err != nil {
			t.Fatal(err)
		}
		got := fetch(t, newConsumer(t, cluster, TopicBatches, TopicFeeds), 1)[0]
		sent.Topic, sent.Partition = TopicFeeds, got.Partition
		if diff := cmp.Diff(sent, got); diff != "" {
			t.Error(diff)
		}
		if value, ok := got.Header("a"); !ok || string(value) != "1" {
			t.Errorf("header a is %q, want the first", value)
		}
		if _, ok := got.Header("c"); ok {
			t.Error("header c is there")
		}
	})
}

func TestUncommittedComesAgain(t *testing.T) {
	servicetest.EachKafka(t, func(t *testing.T, broker string) {
		cluster := newCluster(t, broker, 1)
		p := newProducer(t, cluster, 1<<20)
		for i := range 5 {
			if err := p.Publish(t.Context(), TopicBatches, Message{Value: fmt.Append(nil, i)}); err != nil {
				t.Fatal(err)
			}
		}
		first := newConsumer(t, cluster, TopicBatches)
		taken := fetch(t, first, 5)
		if err := first.Commit(t.Context(), taken[:3]); err != nil {
			t.Fatal(err)
		}
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		second := newConsumer(t, cluster, TopicBatches)
		var got []string
		for _, m := range fetch(t, second, 2) {
			got = append(got, string(m.Value))
		}
		if diff := cmp.Diff([]string{"3", "4"}, got); diff != "" {
			t.Error(diff)
		}
		if n := testutil.ToFloat64(second.lost.WithLabelValues(TopicBatches)); n != 0 {
			t.Errorf("%v messages counted as lost", n)
		}
	})
}

func TestKeyKeepsItsOrder(t *testing.T) {
	cluster := newCluster(t, servicetest.Kafka(t), 4)
	p := newProducer(t, cluster, 8<<20)
	const keys, each = 8, 50
	var senders sync.WaitGroup
	for key := range keys {
		senders.Go(func() {
			for i := range each {
				m := Message{Key: []byte{byte(key)}, Value: []byte{byte(i)}}
				if err := p.Publish(t.Context(), TopicBatches, m); err != nil {
					t.Error(err)
				}
			}
		})
	}
	senders.Wait()
	next := map[byte]byte{}
	partitions := map[byte]int{}
	for _, m := range fetch(t, newConsumer(t, cluster, TopicBatches), keys*each) {
		key := m.Key[0]
		if m.Value[0] != next[key] {
			t.Fatalf("key %d: message %d came when %d was due", key, m.Value[0], next[key])
		}
		next[key]++
		if at, seen := partitions[key]; seen && at != m.Partition {
			t.Fatalf("key %d is in partitions %d and %d", key, at, m.Partition)
		}
		partitions[key] = m.Partition
	}
	if n := testutil.ToFloat64(p.published.WithLabelValues(TopicBatches)); n != keys*each {
		t.Errorf("counted %v published, want %d", n, keys*each)
	}
}

func TestTwoMembersShareAndLoseNothing(t *testing.T) {
	servicetest.EachKafka(t, func(t *testing.T, broker string) {
		cluster := newCluster(t, broker, 2)
		p := newProducer(t, cluster, 1<<20)
		send := func(from, to int) {
			for i := from; i < to; i++ {
				if err := p.Publish(t.Context(), TopicBatches, Message{Key: []byte{byte(i)}, Value: []byte{byte(i)}}); err != nil {
					t.Fatal(err)
				}
			}
		}
		send(0, 20)
		a := newConsumer(t, cluster, TopicBatches)
		if err := a.Commit(t.Context(), fetch(t, a, 20)); err != nil {
			t.Fatal(err)
		}
		b := newConsumer(t, cluster, TopicBatches) // from here on the partitions are shared
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		got := make(chan byte)
		for _, c := range []*Consumer{a, b} {
			go func() {
				for {
					m, err := c.Fetch(ctx)
					if err != nil {
						return
					}
					select {
					case got <- m.Value[0]:
					case <-ctx.Done():
						return
					}
				}
			}()
		}
		send(20, 60)
		missing := map[byte]bool{}
		for i := 20; i < 60; i++ {
			missing[byte(i)] = true
		}
		for len(missing) > 0 {
			select {
			case v := <-got:
				delete(missing, v)
			case <-ctx.Done():
				t.Fatalf("%d messages never came", len(missing))
			}
		}
		for _, c := range []*Consumer{a, b} {
			if n := testutil.ToFloat64(c.lost.WithLabelValues(TopicBatches)); n != 0 {
				t.Errorf("%v messages counted as lost", n)
			}
		}
	})
}

func TestPublishRefuses(t *testing.T) {
	cluster := newCluster(t, servicetest.Kafka(t), 1)
	t.Run("more than may be in flight", func(t *testing.T) {
		p := newProducer(t, cluster, 1000)
		err := p.Publish(t.Context(), TopicBatches, Message{Value: make([]byte, 1000)})
		if !errors.Is(err, ErrOverloaded) {
			t.Fatalf("got %v", err)
		}
		if n := testutil.ToFloat64(p.failed.WithLabelValues(TopicBatches, "overloaded")); n != 1 {
			t.Errorf("counted %v", n)
		}
		if err := p.Publish(t.Context(), TopicBatches, Message{Value: make([]byte, 100)}); err != nil {
			t.Errorf("a refusal left something in flight: %v", err)
		}
	})
	t.Run("a message that Kafka would not take", func(t *testing.T) {
		p := newProducer(t, cluster, 8<<20)
		err := p.Publish(t.Context(), TopicBatches, Message{Value: make([]byte, MaxMessageBytes)})
		if !errors.Is(err, ErrTooLarge) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("a broker that is away", func(t *testing.T) {
		p := newProducer(t, Cluster{Brokers: []string{"127.0.0.1:1"}}, 8<<20)
		if err := p.Publish(t.Context(), TopicBatches, Message{Value: []byte("x")}); err == nil {
			t.Fatal("published to nobody")
		}
		if n := testutil.ToFloat64(p.failed.WithLabelValues(TopicBatches, "not_acknowledged")); n != 1 {
			t.Errorf("counted %v", n)
		}
	})
}

// The largest message passes a broker with default limits.
func TestLargestMessage(t *testing.T) {
	servicetest.EachKafka(t, func(t *testing.T, broker string) {
		cluster := newCluster(t, broker, 1)
		m := Message{Key: make([]byte, 32), Headers: []Header{{"signature", make([]byte, 64)}}}
		m.Value = make([]byte, MaxMessageBytes-m.size())
		if _, err := rand.Read(m.Value); err != nil {
			t.Fatal(err)
		}
		if err := newProducer(t, cluster, 8<<20).Publish(t.Context(), TopicBatches, m); err != nil {
			t.Fatal(err)
		}
		if got := fetch(t, newConsumer(t, cluster, TopicBatches), 1)[0]; len(got.Value) != len(m.Value) {
			t.Errorf("%d bytes came back of %d", len(got.Value), len(m.Value))
		}
	})
}

func TestFetchWaitsForABroker(t *testing.T) {
	c := newConsumer(t, Cluster{Brokers: []string{"127.0.0.1:1"}}, TopicBatches)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if _, err := c.Fetch(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want to have waited until the end", err)
	}
}

func TestLostBefore(t *testing.T) {
	for _, test := range []struct {
		name                string
		offset, expected    int64
		known               bool
		committed, wantLost int64
	}{
		{"new group, topic from its start", 0, 0, false, -1, 0},
		{"new group, topic already trimmed", 50, 0, false, -1, 0},
		{"restart where the group stands", 10, 0, false, 10, 0},
		{"restart behind what retention deleted", 15, 0, false, 10, 5},
		{"hole with nothing committed yet", 15, 10, true, -1, 5},
		{"hole beyond what is committed", 15, 10, true, 8, 5},
		{"back from another member", 15, 10, true, 15, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := lostBefore(test.offset, test.expected, test.known, test.committed); got != test.wantLost {
				t.Errorf("got %d, want %d", got, test.wantLost)
			}
		})
	}
}

// However large the messages are, those that wait to be fetched take a bounded room.
func TestQueueIsBoundedByBytes(t *testing.T) {
	c := newConsumer(t, Cluster{Brokers: []string{"127.0.0.1:1"}}, TopicBatches)
	if most := c.reader.Config().QueueCapacity * MaxMessageBytes; most > maxQueueBytes {
		t.Errorf("%d bytes can wait, at most %d may", most, maxQueueBytes)
	}
}

// What the handbook says of how long messages are kept is what the brokers are told.
func TestRetention(t *testing.T) {
	servicetest.EachKafka(t, func(t *testing.T, broker string) {
		cluster := newCluster(t, broker, 1)
		client := &kafka.Client{Addr: kafka.TCP(broker), Timeout: 10 * time.Second}
		for topic, want := range map[string]string{TopicBatches: "2592000000", TopicFeeds: "2592000000", TopicDead: "-1"} {
			response, err := client.DescribeConfigs(t.Context(), &kafka.DescribeConfigsRequest{Resources: []kafka.DescribeConfigRequestResource{{
				ResourceType: kafka.ResourceTypeTopic, ResourceName: cluster.Prefix + topic, ConfigNames: []string{"retention.ms"},
			}}})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range response.Resources {
				for _, entry := range r.ConfigEntries {
					got = append(got, entry.ConfigName+"="+entry.ConfigValue)
				}
			}
			if diff := cmp.Diff([]string{"retention.ms=" + want}, got); diff != "" {
				t.Errorf("%s: %s", topic, diff)
			}
		}
	})
}
