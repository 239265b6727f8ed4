package ingest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"crypto/rand"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/deploy/servicetest"
	"github.com/lamplight-net/lamplight/ingest"
	"github.com/lamplight-net/lamplight/ingest/internal/batchtest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

func TestMain(m *testing.M) { servicetest.Main(m) }

// path is a gateway and a loader that run, and the database behind them.
type path struct {
	db  *store.DB
	url string
}

func startPath(b *testing.B, broker string) path {
	b.Helper()
	address, database := servicetest.Database(b)
	db := openDatabase(b, address, database)
	log := slog.New(slog.DiscardHandler)
	kafka := ingest.KafkaConfig{Brokers: []string{broker}, Prefix: strings.ToLower(rand.Text()) + ".", Partitions: 6}
	clickhouse := ingest.ClickHouseConfig{Address: address, Database: database, Username: "default"}
	gateway, err := ingest.NewGateway(ingest.GatewayConfig{
		Listen: "127.0.0.1:0", KeyFile: filepath.Join(b.TempDir(), "gateway.key"),
		RatePerPrefix: 1_000_000, RatePerProbe: 60_000, RateTotal: 1_000_000, BodyMemory: 256,
	}, kafka, ingest.GeoConfig{}, log, prometheus.NewRegistry())
	if err != nil {
		b.Fatal(err)
	}
	at, err := gateway.Listen(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	loader, err := ingest.NewLoader(ingest.LoaderConfig{BlockRows: 50_000, BlockWait: 100 * time.Millisecond},
		kafka, clickhouse, ingest.GeoConfig{}, log, prometheus.NewRegistry())
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var servers sync.WaitGroup
	for _, run := range []func(context.Context) error{gateway.Run, loader.Run} {
		servers.Go(func() {
			if err := run(ctx); err != nil && !errors.Is(err, context.Canceled) {
				b.Error(err)
			}
		})
	}
	b.Cleanup(func() { stop(); servers.Wait() })
	return path{db: db, url: "http://" + at.String() + "/v1/batches"}
}

func openDatabase(b *testing.B, address, database string) *store.DB {
	b.Helper()
	db, err := store.Open(b.Context(), store.Options{Address: address, Database: database})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	if err := ingest.Migrate(b.Context(), db); err != nil {
		b.Fatal(err)
	}
	return db
}

// post sends a batch until it is taken.
func (p path) post(ctx context.Context, batch batchtest.Batch) error {
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(batch.Body))
		if err != nil {
			return err
		}
		batch.SetHeaders(request.Header)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
		switch response.StatusCode {
		case http.StatusOK:
			return nil
		case http.StatusServiceUnavailable, http.StatusTooManyRequests:
			time.Sleep(50 * time.Millisecond)
		default:
			return fmt.Errorf("the gateway answered %s", response.Status)
		}
	}
}

type count struct {
	N uint64 `ch:"n"`
}

func (p path) rows(b *testing.B) uint64 {
	b.Helper()
	for c, err := range store.Select[count](b.Context(), p.db, "SELECT count() AS n FROM measurements") {
		if err != nil {
			b.Fatal(err)
		}
		return c.N
	}
	return 0
}

const (
	benchProbes  = 64
	benchBatches = 8 // of each probe
	benchRecords = 500
)

// BenchmarkWholePath posts signed batches of some 60 probes and waits until every record is a row, and then
// inserts the same rows natively: the best that ClickHouse does here. Both acknowledge durably. Run it with
// -benchtime 3x or so; one iteration is a quarter of a million records.
func BenchmarkWholePath(b *testing.B) {
	for _, kind := range []struct {
		name   string
		broker func(testing.TB) string
	}{{"embedded", servicetest.Kafka}, {"apache", servicetest.ApacheKafka}} {
		b.Run(kind.name, func(b *testing.B) {
			p := startPath(b, kind.broker(b))
			address, database := servicetest.Database(b)
			raw := openDatabase(b, address, database)
			var through, inserting time.Duration
			records := 0
			for round := 0; b.Loop(); round++ {
				batches := makeBatches(b, round)
				start := time.Now()
				postAll(b, p, batches)
				records += benchProbes * benchBatches * benchRecords
				for p.rows(b) < uint64(records) {
					time.Sleep(5 * time.Millisecond)
				}
				through += time.Since(start)
				inserting += insertNatively(b, p.db, raw, round)
			}
			b.ReportMetric(float64(records)/through.Seconds(), "records/s")
			b.ReportMetric(float64(records)/inserting.Seconds(), "native-rows/s")
			b.ReportMetric(inserting.Seconds()/through.Seconds(), "of-native")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func makeBatches(b *testing.B, round int) [][]batchtest.Batch {
	out := make([][]batchtest.Batch, benchProbes)
	for n := range out {
		probe := batchtest.NewProbe(b, uint64(round*benchProbes+n+1))
		for k := range benchBatches {
			out[n] = append(out[n], probe.Batch(b, time.Now().Add(-time.Duration(k)*time.Minute), benchRecords))
		}
	}
	return out
}

func postAll(b *testing.B, p path, batches [][]batchtest.Batch) {
	var posting sync.WaitGroup
	for _, of := range batches {
		posting.Go(func() {
			for _, batch := range of {
				if err := p.post(b.Context(), batch); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	posting.Wait()
	if b.Failed() {
		b.FailNow()
	}
}

// insertNatively inserts what round brought into another database, in blocks like the loader's.
func insertNatively(b *testing.B, from, to *store.DB, round int) time.Duration {
	each := benchProbes * benchBatches * benchRecords
	rows, err := store.Collect(store.Select[store.Measurement](b.Context(), from,
		fmt.Sprintf("SELECT * FROM measurements ORDER BY id LIMIT %d OFFSET %d", each, round*each)))
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	for block := range slices.Chunk(rows, 50_000) {
		if err := store.Insert(b.Context(), to, store.TableMeasurements, block); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start)
}

// BenchmarkPostToRow tells how long a batch of five records takes from the post to rows that can be read,
// on a path that has nothing else to do.
func BenchmarkPostToRow(b *testing.B) {
	p := startPath(b, servicetest.Kafka(b))
	probe := batchtest.NewProbe(b, 1)
	var took []time.Duration
	for n := uint64(1); b.Loop(); n++ {
		batch := probe.Batch(b, time.Now(), 5)
		start := time.Now()
		if err := p.post(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
		for p.rows(b) < 5*n {
			time.Sleep(time.Millisecond)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Milliseconds()), "p99-ms")
}
