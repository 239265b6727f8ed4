package loader

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/deploy/servicetest"
	"github.com/lamplight-net/lamplight/ingest/internal/batchtest"
	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/internal/envelope"
	"github.com/lamplight-net/lamplight/ingest/internal/geo"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// wire carries connections to a server until it is cut.
type wire struct {
	listener net.Listener
	mu       sync.Mutex
	open     []net.Conn
}

func wireTo(t *testing.T, address string) *wire {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: listener}
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
			if err != nil {
				_ = near.Close()
				continue
			}
			w.mu.Lock()
			w.open = append(w.open, near, far)
			w.mu.Unlock()
			go func() { _, _ = io.Copy(near, far) }()
			go func() { _, _ = io.Copy(far, near) }()
		}
	}()
	t.Cleanup(w.cut)
	return w
}

func (w *wire) cut() {
	_ = w.listener.Close()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.open {
		_ = c.Close()
	}
}

// station is a loader with its Kafka and ClickHouse, in this process.
type station struct {
	loader   *Loader
	producer *bus.Producer
	consumer *bus.Consumer
	cluster  bus.Cluster
	db       *store.DB
	log      *lockedText
}

// lockedText is a log that several goroutines write.
type lockedText struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write implements io.Writer.
func (l *lockedText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lockedText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func newStation(t *testing.T, cfg Config) (station, *wire) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	s := station{cluster: bus.Cluster{Brokers: []string{servicetest.Kafka(t)}, Prefix: strings.ToLower(rand.Text()) + "."}, log: &lockedText{}}
	if err := bus.CreateTopics(ctx, s.cluster, 1, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	address, database := servicetest.Database(t)
	w := wireTo(t, address)
	var err error
	if s.db, err = store.Open(ctx, store.Options{Address: w.listener.Addr().String(), Database: database}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.db.Close() })
	if err := store.MigrateIngest(ctx, s.db); err != nil {
		t.Fatal(err)
	}
	quiet, metrics := slog.New(slog.DiscardHandler), prometheus.NewRegistry()
	if s.producer, err = bus.NewProducer(s.cluster, 8<<20, quiet, metrics); err != nil {
		t.Fatal(err)
	}
	if s.consumer, err = bus.NewConsumer(s.cluster, bus.GroupLoader, []string{bus.TopicBatches, bus.TopicFeeds}, quiet, metrics); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = s.consumer.Close(), s.producer.Close() })
	places, err := geo.Open("", "")
	if err != nil {
		t.Fatal(err)
	}
	if s.loader, err = New(cfg, s.consumer, s.producer, s.db, places, slog.New(slog.NewTextHandler(s.log, nil)), metrics); err != nil {
		t.Fatal(err)
	}
	return s, w
}

func (s station) publish(t *testing.T, messages ...bus.Message) {
	t.Helper()
	if err := s.producer.Publish(t.Context(), bus.TopicBatches, messages...); err != nil {
		t.Fatal(err)
	}
}

var gatewayKey = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

// sealed is a batch as the gateway writes it to Kafka.
func sealed(batch batchtest.Batch) bus.Message {
	return envelope.Envelope{
		Key: batch.Key, Signature: batch.Signature, Body: batch.Body, ReceivedAt: time.Now().UTC().Truncate(time.Millisecond),
		Location: envelope.Location{Country: "XL", ASN: 64501, Origin: store.OriginDeclared},
	}.Encode(gatewayKey)
}

func junk(n int) []bus.Message {
	out := make([]bus.Message, n)
	for i := range out {
		out[i] = bus.Message{Value: []byte("nobody's batch")}
	}
	return out
}

// load runs the loader until something has come of it.
func (s station) load(t *testing.T, there func() bool) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- s.loader.Run(ctx) }()
	for deadline := time.Now().Add(patience); !there(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it never came; the log:\n%s", s.log)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func (s station) count(t *testing.T, query string) uint64 {
	t.Helper()
	return (&delivery{db: s.db}).count(t, query)
}
