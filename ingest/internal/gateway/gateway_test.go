package gateway_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/lamplight-net/lamplight/deploy/servicetest"
	"github.com/lamplight-net/lamplight/ingest/internal/batchtest"
	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/internal/envelope"
	"github.com/lamplight-net/lamplight/ingest/internal/gateway"
	"github.com/lamplight-net/lamplight/ingest/internal/geo"
	"github.com/lamplight-net/lamplight/ingest/internal/ratelimit"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

func TestMain(m *testing.M) { servicetest.Main(m) }

// bench is a gateway with what it answers to.
type bench struct {
	url     string
	cluster bus.Cluster
	key     ed25519.PublicKey
	metrics *prometheus.Registry
	log     *bytes.Buffer
}

func start(t testing.TB, broker string, change func(*gateway.Config)) bench {
	t.Helper()
	b := bench{
		cluster: bus.Cluster{Brokers: []string{broker}, Prefix: strings.ToLower(rand.Text()) + "."},
		metrics: prometheus.NewRegistry(), log: &bytes.Buffer{},
	}
	private, err := gateway.LoadKey(filepath.Join(t.TempDir(), "gateway.key"))
	if err != nil {
		t.Fatal(err)
	}
	b.key = private.Public().(ed25519.PublicKey)
	cfg := gateway.Config{
		Key: private, MaxBodyMemory: 64 << 20,
		PerKey: ratelimit.Rate{Every: time.Millisecond, Burst: 1000}, Total: ratelimit.Rate{Every: time.Microsecond, Burst: 1000},
	}
	if change != nil {
		change(&cfg)
	}
	log := slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	producer, err := bus.NewProducer(b.cluster, 64<<20, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	g, err := gateway.New(cfg, producer, places(t), log, b.metrics)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(g.Handler())
	t.Cleanup(func() { server.Close(); _ = producer.Close() })
	b.url = server.URL
	return b
}

// places knows two networks, of addresses that nobody has.
func places(t testing.TB) *geo.DB {
	t.Helper()
	folder := t.TempDir()
	err := geo.Write(folder, []geo.Network{
		{Prefix: netip.MustParsePrefix("192.0.2.0/24"), Country: "KE"}, {Prefix: netip.MustParsePrefix("198.51.100.0/24"), Country: "UG"},
	})
	if err != nil {
		t.Fatal(err)
	}
	db, err := geo.Open(filepath.Join(folder, geo.CountryFile), filepath.Join(folder, geo.ASNFile))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func withTopics(t testing.TB, change func(*gateway.Config)) bench {
	t.Helper()
	b := start(t, servicetest.Kafka(t), change)
	if err := bus.CreateTopics(t.Context(), b.cluster, 2, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	return b
}

// answer is what the gateway said.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (b bench) post(t testing.TB, batch batchtest.Batch, change func(http.Header)) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+"/v1/batches", bytes.NewReader(batch.Body))
	if err != nil {
		t.Fatal(err)
	}
	batch.SetHeaders(request.Header)
	if change != nil {
		change(request.Header)
	}
	return ask(t, request)
}

func ask(t testing.TB, request *http.Request) answer {
	t.Helper()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, body}
}

// fetch returns the first message that the gateway published.
func (b bench) fetch(t testing.TB) bus.Message {
	t.Helper()
	consumer, err := bus.NewConsumer(b.cluster, "test", []string{bus.TopicBatches}, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = consumer.Close() }()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	message, err := consumer.Fetch(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return message
}

// A batch that is taken is in Kafka as it was signed, and its receipt proves that it was taken.
func TestTakenMeansDurable(t *testing.T) {
	b := withTopics(t, nil)
	batch := batchtest.NewProbe(t, 1).Batch(t, time.Now(), 5)
	taken := b.post(t, batch, nil)
	if taken.status != http.StatusOK {
		t.Fatalf("%d: %s", taken.status, taken.body)
	}
	signature, err := base64.StdEncoding.DecodeString(taken.header.Get("Lamplight-Signature"))
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := measurement.VerifyReceipt(b.key, taken.body, signature, measurement.NewBatchID(batch.Bytes))
	if err != nil || receipt.Records != 5 {
		t.Errorf("receipt %+v: %v", receipt, err)
	}
	message := b.fetch(t)
	kept, err := envelope.Decode(message, []ed25519.PublicKey{b.key})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(kept.Body, batch.Body) || !bytes.Equal(kept.Signature, batch.Signature) || !bytes.Equal(kept.Key, batch.Key) {
		t.Error("what Kafka has is not what was sent")
	}
}

func TestRefusals(t *testing.T) {
	probe := batchtest.NewProbe(t, 1)
	good := probe.Batch(t, time.Now(), 2)
	other := batchtest.NewProbe(t, 2).Batch(t, time.Now(), 2)
	packed := func(raw []byte) []byte {
		w, err := zstd.NewWriter(nil)
		if err != nil {
			t.Fatal(err)
		}
		return w.EncodeAll(raw, nil)
	}
	b := withTopics(t, nil)
	for _, test := range []struct {
		name   string
		batch  batchtest.Batch
		change func(http.Header)
		status int
		code   string
	}{
		{"no key", good, func(h http.Header) { h.Del("Lamplight-Key") }, 400, "bad_request"},
		{"not packed", good, func(h http.Header) { h.Del("Content-Encoding") }, 400, "bad_request"},
		{"another's key", good, func(h http.Header) { h.Set("Lamplight-Key", base64.StdEncoding.EncodeToString(other.Key)) }, 400, "bad_signature"},
		{"not zstd", batchtest.Batch{Key: good.Key, Signature: good.Signature, Body: []byte("hello")}, nil, 400, "not_zstd"},
		{"cut short", batchtest.Batch{Key: good.Key, Signature: good.Signature, Body: good.Body[:len(good.Body)/2]}, nil, 400, "not_zstd"},
		{"a bomb", probe.SignBytes(t, make([]byte, measurement.MaxBatchBytes+1)), nil, 413, "too_large"},
		{"a bomb that says nothing of its size", batchtest.Batch{Key: good.Key, Signature: good.Signature, Body: packed(make([]byte, 64<<20))}, nil, 413, "too_large"},
		{"a body too long", batchtest.Batch{Key: good.Key, Signature: good.Signature, Body: bytes.Repeat([]byte{1}, 2<<20)}, nil, 413, "too_large"},
		{"no batch", probe.SignBytes(t, []byte("hello\n")), nil, 400, "bad_header"},
		{"no record", probe.SignBytes(t, append(bytes.SplitAfter(good.Bytes, []byte("\n"))[0], "{}\n"...)), nil, 422, "no_records"},
		{"made two years ago", probe.Batch(t, time.Now().AddDate(-2, 0, 0), 2), nil, 422, "clock"},
		{"made tomorrow", probe.Batch(t, time.Now().Add(24*time.Hour), 2), nil, 422, "clock"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := b.post(t, test.batch, test.change)
			var said struct{ Error, Message string }
			if err := json.Unmarshal(got.body, &said); err != nil {
				t.Fatalf("%d: %q: %v", got.status, got.body, err)
			}
			if got.status != test.status || said.Error != test.code || said.Message == "" {
				t.Errorf("%d: %s", got.status, got.body)
			}
			if got.header.Get("Retry-After") != "" {
				t.Error("a probe is told to come back with what will never be taken")
			}
		})
	}
	for _, reason := range []string{"bad_request", "bad_signature", "not_zstd", "too_large", "bad_header", "no_records", "clock"} {
		if n := strings.Count(b.log.String(), "reason="+reason+" "); n != 1 {
			t.Errorf("%s is logged %d times: once is enough for now\n%s", reason, n, b.log)
		}
	}
	const counted = `
# HELP lamplight_gateway_records_total Lines of acknowledged batches: accepted, or rejected as no record or out of time.
# TYPE lamplight_gateway_records_total counter
lamplight_gateway_records_total{result="accepted"} 0
lamplight_gateway_records_total{result="rejected"} 0
`
	if err := testutil.GatherAndCompare(b.metrics, strings.NewReader(counted), "lamplight_gateway_records_total"); err != nil {
		t.Errorf("refused batches are counted as taken: %v", err)
	}
}

// What may pass by itself is answered so that the probe comes back.
func TestComeBack(t *testing.T) {
	t.Run("too many of one probe", func(t *testing.T) {
		b := withTopics(t, func(c *gateway.Config) { c.PerKey = ratelimit.Rate{Every: time.Hour, Burst: 1} })
		probe := batchtest.NewProbe(t, 1)
		if first := b.post(t, probe.Batch(t, time.Now(), 1), nil); first.status != 200 {
			t.Fatalf("the first: %s", first.body)
		}
		comeBack(t, b, probe, 429)
		if other := b.post(t, batchtest.NewProbe(t, 2).Batch(t, time.Now(), 1), nil); other.status != 200 {
			t.Errorf("another probe pays for it: %s", other.body)
		}
	})
	t.Run("too many altogether", func(t *testing.T) {
		b := withTopics(t, func(c *gateway.Config) { c.Total = ratelimit.Rate{Every: time.Hour, Burst: 1} })
		b.post(t, batchtest.NewProbe(t, 1).Batch(t, time.Now(), 1), nil)
		comeBack(t, b, batchtest.NewProbe(t, 2), 429)
	})
	t.Run("too many of one neighborhood", func(t *testing.T) {
		b := withTopics(t, func(c *gateway.Config) {
			c.PerPrefix = ratelimit.Rate{Every: time.Hour, Burst: 1}
			c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		})
		from := func(number uint64, address string) answer {
			return b.post(t, batchtest.NewProbe(t, number).Batch(t, time.Now(), 1), func(h http.Header) { h.Set("X-Forwarded-For", address) })
		}
		if first := from(1, "192.0.2.1"); first.status != 200 {
			t.Fatalf("the first: %s", first.body)
		}
		if second := from(2, "192.0.2.7"); second.status != 429 || second.header.Get("Retry-After") == "" {
			t.Errorf("another key of the same neighborhood: %d %s", second.status, second.body)
		}
		if other := from(3, "198.51.100.1"); other.status != 200 {
			t.Errorf("another neighborhood pays for it: %s", other.body)
		}
	})
	t.Run("junk turns nobody away", func(t *testing.T) {
		b := withTopics(t, func(c *gateway.Config) { c.Total = ratelimit.Rate{Every: time.Hour, Burst: 1} })
		good := batchtest.NewProbe(t, 1).Batch(t, time.Now(), 1)
		for range 3 {
			junk := good
			junk.Signature = make([]byte, ed25519.SignatureSize)
			if got := b.post(t, junk, nil); got.status != 400 {
				t.Fatalf("junk: %d %s", got.status, got.body)
			}
		}
		if got := b.post(t, good, nil); got.status != 200 {
			t.Errorf("a good batch after junk: %s", got.body)
		}
	})
	t.Run("no memory", func(t *testing.T) {
		b := withTopics(t, func(c *gateway.Config) { c.MaxBodyMemory = 10 })
		comeBack(t, b, batchtest.NewProbe(t, 1), 503)
	})
	t.Run("Kafka is away", func(t *testing.T) {
		b := start(t, "127.0.0.1:1", nil)
		comeBack(t, b, batchtest.NewProbe(t, 1), 503)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+"/healthz", nil)
		if err != nil {
			t.Fatal(err)
		}
		if health := ask(t, request); health.status != 503 {
			t.Errorf("a gateway that can keep nothing says %d: %s", health.status, health.body)
		}
	})
}

func comeBack(t *testing.T, b bench, probe *batchtest.Probe, status int) {
	t.Helper()
	got := b.post(t, probe.Batch(t, time.Now(), 1), nil)
	if got.status != status || got.header.Get("Retry-After") == "" {
		t.Errorf("%d, Retry-After %q: %s", got.status, got.header.Get("Retry-After"), got.body)
	}
}

// A probe puts the beacon into its next header: it must be dated by the clock that receipts are.
func TestBeaconIsOfTheReceiptsClock(t *testing.T) {
	then := time.Date(2031, 6, 1, 12, 30, 0, 0, time.UTC)
	b := withTopics(t, func(c *gateway.Config) { c.Now = func() time.Time { return then } })
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+"/v1/gateway", nil)
	if err != nil {
		t.Fatal(err)
	}
	var said struct{ Beacon string }
	if err := json.Unmarshal(ask(t, request).body, &said); err != nil {
		t.Fatal(err)
	}
	taken := b.post(t, batchtest.NewProbe(t, 1).Batch(t, then, 1), nil)
	var receipt measurement.Receipt
	if err := json.Unmarshal(taken.body, &receipt); err != nil {
		t.Fatalf("%s: %v", taken.body, err)
	}
	if said.Beacon != receipt.Beacon || !strings.HasPrefix(said.Beacon, "20310601T12-") {
		t.Errorf("beacon %s, that of a receipt %s", said.Beacon, receipt.Beacon)
	}
}
