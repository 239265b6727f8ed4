package lab

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// gateway takes batches as the real one does, and remembers what came from where and when.
type gateway struct {
	url string
	key ed25519.PrivateKey
	now func() time.Time // the lab's

	mu       sync.Mutex
	received []delivery
}

type delivery struct {
	from  netip.Addr
	at    time.Time // the lab's time
	batch measurement.Batch
}

func newGateway(t *testing.T) *gateway {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	g := &gateway{key: key, now: time.Now}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/gateway", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{
			"key": base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey)), "beacon": "b",
		})
	})
	mux.HandleFunc("POST /v1/batches", func(w http.ResponseWriter, r *http.Request) {
		body, signature, err := g.take(r)
		if err != nil {
			t.Errorf("batch from %s: %v", r.RemoteAddr, err)
			http.Error(w, `{"error":"bad","message":"bad"}`, http.StatusBadRequest)
			return
		}
		w.Header().Set("Lamplight-Signature", base64.StdEncoding.EncodeToString(signature))
		_, _ = w.Write(body)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	g.url = server.URL
	return g
}

func (g *gateway) take(r *http.Request) (receipt, signature []byte, err error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, nil, err
	}
	unseal, err := measurement.NewUnsealKey(g.key)
	if err != nil {
		return nil, nil, err
	}
	unit, err := unseal.Open(body)
	if err != nil {
		return nil, nil, err
	}
	unpack, err := zstd.NewReader(bytes.NewReader(unit.Body))
	if err != nil {
		return nil, nil, err
	}
	defer unpack.Close()
	signed, err := io.ReadAll(unpack)
	if err != nil {
		return nil, nil, err
	}
	if !measurement.VerifyBatch(unit.Key, signed, unit.Signature) {
		return nil, nil, measurement.ErrBadHeader
	}
	batch, err := measurement.Decode(unit.Key, signed)
	if err != nil {
		return nil, nil, err
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return nil, nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.received = append(g.received, delivery{from: from.Addr(), at: g.now(), batch: batch})
	return measurement.SignReceipt(g.key, measurement.Receipt{
		Version: measurement.ReceiptVersion, Batch: batch.ID.String(), ReceivedAt: g.now().UTC(), Records: len(batch.Lines), Beacon: "b",
	})
}

func (g *gateway) deliveries() []delivery {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.received)
}
