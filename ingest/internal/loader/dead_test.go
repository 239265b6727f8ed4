package loader

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/lamplight-net/lamplight/ingest/internal/batchtest"
	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/internal/intake"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// dead fetches n dead letters.
func (s station) dead(t *testing.T, n int) []bus.Message {
	t.Helper()
	consumer, err := bus.NewConsumer(s.cluster, "reader-of-the-dead", []string{bus.TopicDead}, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = consumer.Close() }()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out := make([]bus.Message, n)
	for i := range out {
		if out[i], err = consumer.Fetch(ctx); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// want is what a dead letter must say.
type want struct{ reason, offset, value string }

// Nothing disappears: each message that cannot be loaded, and each line that is no row, is told of with its
// reason and its place, and costs no other.
func TestDeadLetters(t *testing.T) {
	s, _ := newStation(t, Config{
		BlockRows: 1000, BlockWait: time.Millisecond, Gateways: []ed25519.PublicKey{gatewayKey.Public().(ed25519.PublicKey)},
	})
	probe := batchtest.NewProbe(t, 1)
	now := time.Now()
	forged := sealed(probe.Batch(t, now, 2))
	for i := range forged.Headers {
		if forged.Headers[i].Name == "country" {
			forged.Headers[i].Value = []byte("XM")
		}
	}
	records := probe.Records(now, 3)
	records[1].MeasuredAt = now.UTC().Truncate(time.Millisecond).AddDate(-2, 0, 0)
	mixed := probe.Sign(t, now, records)
	mixed = probe.SignBytes(t, append(bytes.Clone(mixed.Bytes), "{}\n"...))
	// So large that a letter has no room for it.
	large := bus.Message{Value: bytes.Repeat([]byte("x"), bus.MaxMessageBytes-200)}
	// A header of a name of ours hides nothing.
	s.publish(t, bus.Message{Key: []byte("k"), Value: []byte("junk"), Headers: []bus.Header{{Name: headerReason, Value: []byte("none")}}})
	s.publish(t, forged)
	s.publish(t, sealed(mixed))
	s.publish(t, large)
	s.publish(t, sealed(probe.Batch(t, now.Add(-time.Minute), 5)))
	s.load(t, func() bool { return s.count(t, "SELECT count() AS n FROM v_batches") == 2 })

	if n := s.count(t, "SELECT count() AS n FROM v_measurements"); n != 7 {
		t.Errorf("%d rows; the good lines are 7", n)
	}
	letters := s.dead(t, 4)
	for i, w := range []want{
		{"message key has 1 bytes", "0", "junk"},
		{"no gateway that is trusted signed the message", "1", string(forged.Value)},
		{"2 lines of the batch are no rows", "2", "line 5: "},
		{"message key has 0 bytes", "3", ""},
	} {
		reason, _ := letters[i].Header(headerReason)
		topic, _ := letters[i].Header(headerTopic)
		offset, _ := letters[i].Header(headerOffset)
		if !strings.HasPrefix(string(reason), w.reason) || string(topic) != bus.TopicBatches || string(offset) != w.offset {
			t.Errorf("letter %d: reason %q, topic %q, offset %q", i, reason, topic, offset)
		}
		if !strings.HasPrefix(string(letters[i].Value), w.value) {
			t.Errorf("letter %d has the value %.80q, want %.80q", i, letters[i].Value, w.value)
		}
	}
	if batch, _ := letters[2].Header(headerBatch); string(batch) != measurement.NewBatchID(mixed.Bytes).String() {
		t.Errorf("letter of lines names batch %q", batch)
	}
	if !strings.Contains(string(letters[2].Value), "line 3: "+intake.ReasonTime+"\n") {
		t.Errorf("letter of lines says %q", letters[2].Value)
	}
	if size, _ := letters[3].Header(headerTooLarge); string(size) != fmt.Sprint(len(large.Value)) || len(letters[3].Value) != 0 {
		t.Errorf("letter without a body: size %q, %d bytes", size, len(letters[3].Value))
	}
	m := s.loader.metrics
	for name, counter := range map[string]struct {
		got  prometheus.Counter
		want float64
	}{
		"dead": {m.dead, 4}, "no record": {m.rejected.WithLabelValues(classRecord), 1}, "out of time": {m.rejected.WithLabelValues(classTime), 1},
	} {
		if got := testutil.ToFloat64(counter.got); got != counter.want {
			t.Errorf("%s: counted %v, want %v", name, got, counter.want)
		}
	}
	if blocks := testutil.ToFloat64(m.blocks); blocks == 0 || testutil.ToFloat64(m.committed) != blocks {
		t.Errorf("%v blocks written, %v committed", blocks, testutil.ToFloat64(m.committed))
	}
}

// A volunteer who sends lines that are no records cannot stop the loader by it, nor fill the log.
func TestRejectedLinesDoNotStopTheLoader(t *testing.T) {
	s, _ := newStation(t, Config{BlockRows: 1000, BlockWait: time.Millisecond})
	probe := batchtest.NewProbe(t, 1)
	var messages []bus.Message
	for range maxInARow + 1 {
		raw := append(bytes.Clone(probe.Batch(t, time.Now(), 1).Bytes), "{}\n"...)
		messages = append(messages, sealed(probe.SignBytes(t, raw)))
	}
	s.publish(t, messages...)
	s.load(t, func() bool { return s.count(t, "SELECT count() AS n FROM v_batches") == maxInARow+1 })
	if n := strings.Count(s.log.String(), "lines of a batch are no rows"); n != 1 {
		t.Errorf("logged %d times", n)
	}
}

func TestLettersAreBounded(t *testing.T) {
	var rejected []measurement.Rejected
	for i := range measurement.MaxBatchRecords {
		rejected = append(rejected, measurement.Rejected{Number: i + 2, Reason: strings.Repeat("é", 500)})
	}
	l := deadLines(bus.Message{Topic: bus.TopicBatches, Offset: 7}, strings.Repeat("b", 32), rejected)
	if n := len(l.of.Value); n > maxLinesBytes+2*maxOneLineText {
		t.Errorf("%d bytes", n)
	}
	if !strings.HasSuffix(string(l.of.Value), "more\n") || !strings.HasPrefix(string(l.of.Value), "line 2: é") {
		t.Errorf("it says %.60q ... %q", l.of.Value, l.of.Value[len(l.of.Value)-20:])
	}
	if diff := cmp.Diff(map[string]int{classRecord: measurement.MaxBatchRecords}, l.lines); diff != "" {
		t.Error(diff)
	}
	bare := l.withoutBody()
	if batch, _ := bare.Header(headerBatch); string(batch) != hex.EncodeToString([]byte(strings.Repeat("b", 32))) {
		t.Errorf("without its body it names batch %q", batch)
	}
}
