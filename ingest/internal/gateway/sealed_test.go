package gateway_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/deploy/servicetest"
	"github.com/lamplight-net/lamplight/ingest/internal/batchtest"
	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/internal/envelope"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// sealedTo makes a unit of a batch.
func sealedTo(t *testing.T, gateway ed25519.PublicKey, batch batchtest.Batch) []byte {
	t.Helper()
	key, err := measurement.NewSealKey(gateway)
	if err != nil {
		t.Fatal(err)
	}
	unit, err := key.Seal(measurement.Signed{Key: batch.Key, Signature: batch.Signature, Body: batch.Body})
	if err != nil {
		t.Fatal(err)
	}
	return unit
}

func (b bench) postUnit(t *testing.T, unit []byte) answer {
	t.Helper()
	return b.post(t, batchtest.Batch{Body: unit}, func(h http.Header) {
		h.Del("Lamplight-Key")
		h.Del("Lamplight-Signature")
		h.Del("Content-Encoding")
		h.Set("Content-Type", "application/vnd.lamplight.sealed")
	})
}

// A sealed batch is taken like any other, and kept unsealed: it is evidence that others must be able to check.
func TestSealedBatch(t *testing.T) {
	b := withTopics(t, nil)
	batch := batchtest.NewProbe(t, 1).Batch(t, time.Now(), 5)
	taken := b.postUnit(t, sealedTo(t, b.key, batch))
	if taken.status != http.StatusOK {
		t.Fatalf("%d: %s", taken.status, taken.body)
	}
	signature, err := base64.StdEncoding.DecodeString(taken.header.Get("Lamplight-Signature"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := measurement.VerifyReceipt(b.key, taken.body, signature, measurement.NewBatchID(batch.Bytes)); err != nil {
		t.Error(err)
	}
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
	kept, err := envelope.Decode(message, []ed25519.PublicKey{b.key})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(kept.Body, batch.Body) || !bytes.Equal(kept.Signature, batch.Signature) || !bytes.Equal(kept.Key, batch.Key) {
		t.Error("what Kafka has is not what was sealed")
	}
}

// Only what is the batch's own fault is refused for good, and every refusal of a body is signed for it.
func TestSealedRefusals(t *testing.T) {
	b := start(t, servicetest.Kafka(t), nil)
	probe := batchtest.NewProbe(t, 1)
	good := probe.Batch(t, time.Now(), 2)
	forged := good
	forged.Key = batchtest.NewProbe(t, 2).Key
	damaged := sealedTo(t, b.key, good)
	damaged[len(damaged)/2] ^= 1
	stranger, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		unit   []byte
		status int
		code   string
	}{
		"damaged":        {damaged, 400, "not_sealed"},
		"no unit":        {[]byte("hello"), 400, "not_sealed"},
		"forged":         {sealedTo(t, b.key, forged), 400, "bad_signature"},
		"another's":      {sealedTo(t, stranger, good), 503, "unknown_seal_key"},
		"from long ago":  {sealedTo(t, b.key, probe.Batch(t, time.Now().AddDate(-2, 0, 0), 2)), 422, "clock"},
		"bytes, no zstd": {sealedTo(t, b.key, batchtest.Batch{Key: good.Key, Signature: good.Signature, Body: []byte("hello")}), 400, "not_zstd"},
	} {
		t.Run(name, func(t *testing.T) {
			got := b.postUnit(t, test.unit)
			signature, err := base64.StdEncoding.DecodeString(got.header.Get("Lamplight-Signature"))
			if err != nil {
				t.Fatal(err)
			}
			code, err := measurement.VerifyRefusal(b.key, test.unit, got.body, signature)
			if err != nil || got.status != test.status || code != test.code {
				t.Errorf("%d %q: %s (%v)", got.status, code, got.body, err)
			}
			if again := got.header.Get("Retry-After") != ""; again != (test.status == 503) {
				t.Errorf("told to come back: %t", again)
			}
		})
	}
}

func TestTellsTheTime(t *testing.T) {
	b := start(t, "127.0.0.1:1", nil)
	get := func(nonce string) answer {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+"/v1/time?nonce="+nonce, nil)
		if err != nil {
			t.Fatal(err)
		}
		return ask(t, request)
	}
	nonce := [measurement.NonceBytes]byte{1, 2, 3}
	got := get(hex.EncodeToString(nonce[:]))
	signature, err := base64.StdEncoding.DecodeString(got.header.Get("Lamplight-Signature"))
	if err != nil {
		t.Fatal(err)
	}
	if told, err := measurement.VerifyTime(b.key, got.body, signature, nonce); err != nil || time.Since(told).Abs() > time.Minute {
		t.Errorf("%s: %v, %v", got.body, told, err)
	}
	if got := get("no-nonce"); got.status != http.StatusBadRequest {
		t.Errorf("without a nonce: %d %s", got.status, got.body)
	}
}
