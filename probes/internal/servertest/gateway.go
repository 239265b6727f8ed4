package servertest

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Gateway is the gateway's side of the protocol, over real HTTP, with nothing behind it.
type Gateway struct {
	*httptest.Server
	Key ed25519.PrivateKey

	mu      sync.Mutex
	batches []measurement.Batch
	wire    bytes.Buffer // every request as it came
	refuse  func(w http.ResponseWriter) bool
}

// NewGateway starts a gateway on loopback that places everybody in network 64501 of XL.
func NewGateway(t testing.TB) *Gateway {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	g := &Gateway{Key: key}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/batches", g.take)
	mux.HandleFunc("GET /v1/network", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"country": "XL", "region": "", "asn": 64501, "as_name": "Example Telecom"})
	})
	mux.HandleFunc("GET /v1/gateway", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"key": []byte(key.Public().(ed25519.PublicKey)), "beacon": "b1"})
	})
	g.Server = httptest.NewServer(mux)
	t.Cleanup(g.Close)
	return g
}

// Refuse makes the gateway answer every request for batches as refuse does, as long as that returns true.
func (g *Gateway) Refuse(refuse func(w http.ResponseWriter) bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.refuse = refuse
}

// Batches returns the batches taken so far.
func (g *Gateway) Batches() []measurement.Batch {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.batches)
}

// Wire returns all that probes sent so far: request lines, headers, bodies as sent and uncompressed.
func (g *Gateway) Wire() []byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	return bytes.Clone(g.wire.Bytes())
}

func (g *Gateway) take(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	body, err := io.ReadAll(io.LimitReader(r.Body, measurement.MaxBatchBytes))
	if err != nil {
		return // the probe hung up
	}
	_ = r.Header.Write(&g.wire)
	g.wire.Write(body)
	if g.refuse != nil && g.refuse(w) {
		return
	}
	key, keyErr := base64.StdEncoding.DecodeString(r.Header.Get("Lamplight-Key"))
	signature, signatureErr := base64.StdEncoding.DecodeString(r.Header.Get("Lamplight-Signature"))
	signed, bodyErr := unpack(body)
	g.wire.Write(signed)
	if keyErr != nil || signatureErr != nil || bodyErr != nil || !measurement.VerifyBatch(key, signed, signature) {
		http.Error(w, `{"error":"bad_signature"}`, http.StatusBadRequest)
		return
	}
	batch, err := measurement.Decode(key, signed)
	if err != nil {
		http.Error(w, `{"error":"undecodable"}`, http.StatusUnprocessableEntity)
		return
	}
	receipt, receiptSignature, err := measurement.SignReceipt(g.Key, measurement.Receipt{
		Version: measurement.ReceiptVersion, Batch: batch.ID.String(), ReceivedAt: time.Now(), Records: len(batch.Lines), Rejected: len(batch.Rejected), Beacon: "b1",
	})
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	g.batches = append(g.batches, batch)
	w.Header().Set("Lamplight-Signature", base64.StdEncoding.EncodeToString(receiptSignature))
	_, _ = w.Write(receipt)
}

func unpack(body []byte) ([]byte, error) {
	r, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(measurement.MaxBatchBytes))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return r.DecodeAll(body, nil)
}

func answer(w http.ResponseWriter, value any) {
	_ = json.NewEncoder(w).Encode(value)
}
