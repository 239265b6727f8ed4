package gateway_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/lamplight-net/lamplight/ingest/internal/batchtest"
	"github.com/lamplight-net/lamplight/ingest/internal/envelope"
	"github.com/lamplight-net/lamplight/ingest/internal/gateway"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// What was sealed to a key that was replaced is taken, and everything that is signed is signed by the key of now.
func TestRetiredKey(t *testing.T) {
	oldest, older := newKey(t), newKey(t)
	b := withTopics(t, func(c *gateway.Config) { c.Retired = []ed25519.PrivateKey{older, oldest} })
	for n, key := range []ed25519.PublicKey{public(oldest), public(older), b.key} {
		batch := batchtest.NewProbe(t, uint64(n)).Batch(t, time.Now(), 3)
		taken := b.postUnit(t, sealedTo(t, key, batch))
		signature, err := base64.StdEncoding.DecodeString(taken.header.Get("Lamplight-Signature"))
		if err != nil || taken.status != http.StatusOK {
			t.Fatalf("%d: %s (%v)", taken.status, taken.body, err)
		}
		if _, err := measurement.VerifyReceipt(b.key, taken.body, signature, measurement.NewBatchID(batch.Bytes)); err != nil {
			t.Errorf("the receipt for key %d: %v", n, err)
		}
	}
	if _, err := envelope.Decode(b.fetch(t), []ed25519.PublicKey{b.key}); err != nil {
		t.Errorf("what went to Kafka: %v", err)
	}
	damaged := sealedTo(t, public(oldest), batchtest.NewProbe(t, 9).Batch(t, time.Now(), 1))
	damaged[len(damaged)/2] ^= 1
	refused := b.postUnit(t, damaged)
	signature, err := base64.StdEncoding.DecodeString(refused.header.Get("Lamplight-Signature"))
	if err != nil {
		t.Fatal(err)
	}
	if code, err := measurement.VerifyRefusal(b.key, damaged, refused.body, signature); err != nil || code != "not_sealed" {
		t.Errorf("a damaged one: %s (%v)", refused.body, err)
	}
	if got := b.postUnit(t, sealedTo(t, public(newKey(t)), batchtest.NewProbe(t, 9).Batch(t, time.Now(), 1))); got.status != http.StatusServiceUnavailable {
		t.Errorf("sealed to a stranger: %d %s", got.status, got.body)
	}
	const counted = `
# HELP lamplight_gateway_retired_key_batches_total Batches opened that were sealed to a key of --retired-key.
# TYPE lamplight_gateway_retired_key_batches_total counter
lamplight_gateway_retired_key_batches_total 2
`
	if err := testutil.GatherAndCompare(b.metrics, strings.NewReader(counted), "lamplight_gateway_retired_key_batches_total"); err != nil {
		t.Error(err)
	}
}

// A retired key that is not there is a mistake: a new one never sealed anything.
func TestRetiredKeyIsNotMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.key")
	if _, err := gateway.LoadRetiredKey(path); err == nil {
		t.Error("a retired key was made")
	}
	made, err := gateway.LoadKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if read, err := gateway.LoadRetiredKey(path); err != nil || !read.Equal(made) {
		t.Errorf("it is not the one that was made (%v)", err)
	}
}

func newKey(t *testing.T) ed25519.PrivateKey {
	t.Helper()
	key, err := gateway.LoadKey(filepath.Join(t.TempDir(), "gateway.key"))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func public(key ed25519.PrivateKey) ed25519.PublicKey { return key.Public().(ed25519.PublicKey) }
