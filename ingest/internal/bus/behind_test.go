package bus

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/deploy/servicetest"
)

// A partition that went to another member is no longer told of, also by one that fetches nothing more.
func TestMovedPartitionsAreNotBehind(t *testing.T) {
	cluster := newCluster(t, servicetest.Kafka(t), 2)
	const messages = 400 // more of each partition than wait to be fetched, so that neither comes whole before the other
	p := newProducer(t, cluster, 8<<20)
	for n := range messages {
		if err := p.Publish(t.Context(), TopicBatches, Message{Key: fmt.Append(nil, n), Value: []byte("x")}); err != nil {
			t.Fatal(err)
		}
	}
	metrics := prometheus.NewRegistry()
	first, err := NewConsumer(cluster, GroupLoader, []string{TopicBatches}, slog.New(slog.DiscardHandler), metrics)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = first.Close() })
	behind := func() map[string]float64 {
		families, err := metrics.Gather()
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]float64{}
		for _, f := range families {
			if f.GetName() != "lamplight_kafka_behind_messages" {
				continue
			}
			for _, m := range f.GetMetric() {
				if m.GetGauge().GetValue() > 0 {
					out[m.GetLabel()[0].GetValue()] = m.GetGauge().GetValue()
				}
			}
		}
		return out
	}
	for taken := 0; len(behind()) < 2; taken++ {
		if taken == messages {
			t.Fatalf("after all messages it is behind in %v", behind())
		}
		fetch(t, first, 1)
	}
	others := fetch(t, newConsumer(t, cluster, TopicBatches), 1)[0]
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for tick := time.NewTicker(10 * time.Millisecond); len(behind()) > 0; {
		select {
		case <-ctx.Done():
			t.Fatalf("it is still behind in %v, of which another has %d", behind(), others.Partition)
		case <-tick.C:
		}
	}
	own := fetch(t, first, 1)[0]
	if got := behind(); own.Partition == others.Partition || len(got) != 1 || got[fmt.Sprint(own.Partition)] == 0 {
		t.Errorf("it fetches partition %d and is behind in %v", own.Partition, got)
	}
}
