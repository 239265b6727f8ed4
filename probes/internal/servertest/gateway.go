package servertest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
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

	unseal  measurement.UnsealKey
	mu      sync.Mutex
	batches []measurement.Batch
	wire    bytes.Buffer // every request as it came
	refuse  func(w http.ResponseWriter) bool
	sent    []byte // the body being answered
	ahead   time.Duration
	country string
	located int
	signers map[measurement.BatchID]string
	lists   map[string][]byte
	wanted  *measurement.Wanted
	paths   []string // of every request
	asked   []string // what each question for a list said that it has
	onList  func(w http.ResponseWriter) bool
}

// NewGateway starts a gateway on loopback that places everybody in network 64501 of XL.
func NewGateway(t testing.TB) *Gateway {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	g := &Gateway{Key: key, country: "XL", located: http.StatusOK, signers: map[measurement.BatchID]string{}, lists: map[string][]byte{}}
	unseal, err := measurement.NewUnsealKey(key)
	if err != nil {
		t.Fatal(err)
	}
	g.unseal = unseal
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/batches", g.take)
	mux.HandleFunc("GET /v1/network", g.locate)
	mux.HandleFunc("GET /v1/gateway", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"key": []byte(key.Public().(ed25519.PublicKey)), "beacon": "b1"})
	})
	mux.HandleFunc("GET /v1/time", g.tell)
	mux.HandleFunc("GET /v1/lists/{name}", g.list)
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		g.paths = append(g.paths, r.URL.Path)
		g.mu.Unlock()
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(g.Close)
	return g
}

// Refuse makes the gateway answer every request for batches as refuse does, as long as that returns true.
func (g *Gateway) Refuse(refuse func(w http.ResponseWriter) bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.refuse = refuse
}

// RefuseSigned answers as a gateway does that will not take what was sent. It is for use in Refuse.
func (g *Gateway) RefuseSigned(w http.ResponseWriter, status int, code string) {
	text := []byte(`{"error":"` + code + `","message":"as the test says"}`)
	w.Header().Set("Lamplight-Signature", base64.StdEncoding.EncodeToString(measurement.SignRefusal(g.Key, g.sent, text)))
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

// Place makes the gateway answer who asks where they are with this status and country.
func (g *Gateway) Place(country string, status int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.country, g.located = country, status
}

func (g *Gateway) locate(w http.ResponseWriter, _ *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	w.WriteHeader(g.located)
	answer(w, map[string]any{"country": g.country, "region": "", "asn": 64501, "as_name": "Example Telecom"})
}

// SignedBy returns the key that signed a batch.
func (g *Gateway) SignedBy(batch measurement.BatchID) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.signers[batch]
}

// SetClock makes the gateway's clock run ahead of the machine's.
func (g *Gateway) SetClock(ahead time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ahead = ahead
}

func (g *Gateway) tell(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	nonce, err := hex.DecodeString(r.URL.Query().Get("nonce"))
	if err != nil || len(nonce) != measurement.NonceBytes {
		http.Error(w, "", http.StatusBadRequest)
		return
	}
	body, signature, err := measurement.SignTime(g.Key, time.Now().Add(g.ahead), [measurement.NonceBytes]byte(nonce))
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Lamplight-Signature", base64.StdEncoding.EncodeToString(signature))
	_, _ = w.Write(body)
}

// HandOut makes the gateway hand out a list with its signatures, or whatever else, under a name.
func (g *Gateway) HandOut(name string, packed []byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.lists[name] = packed
}

// AnswerLists makes the gateway answer every question for a list as answer does, as long as that returns true.
func (g *Gateway) AnswerLists(answer func(w http.ResponseWriter) bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.onList = answer
}

// Want makes the gateway say in its receipts what few have looked at; nil is nothing.
func (g *Gateway) Want(w *measurement.Wanted) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.wanted = w
}

// Paths returns what was asked for so far, in order.
func (g *Gateway) Paths() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.paths)
}

// Asked returns, for every question for a list so far, the tag that it named.
func (g *Gateway) Asked() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.asked)
}

func (g *Gateway) list(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	has := r.Header.Get("If-None-Match")
	g.asked = append(g.asked, has)
	g.wire.WriteString(r.URL.String() + "\r\n")
	_ = r.Header.Write(&g.wire)
	if g.onList != nil && g.onList(w) {
		return
	}
	body, ok := g.lists[r.PathValue("name")]
	var packed struct {
		List []byte `json:"list"`
	}
	if !ok {
		http.Error(w, `{"error":"no_list","message":"as the test says"}`, http.StatusNotFound)
		return
	}
	_ = json.Unmarshal(body, &packed)
	sum := sha256.Sum256(packed.List)
	if tag := `"` + hex.EncodeToString(sum[:]) + `"`; tag == has {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(body)
}

// Batches returns the batches taken so far.
func (g *Gateway) Batches() []measurement.Batch {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.batches)
}

// Wire returns all that probes sent so far: headers, bodies as sent, and what was sealed in them.
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
	g.sent = body
	if g.refuse != nil && g.refuse(w) {
		return
	}
	unit, err := g.unseal.Open(body)
	if err != nil {
		g.RefuseSigned(w, http.StatusBadRequest, "not_sealed")
		return
	}
	signed, bodyErr := unpack(unit.Body)
	g.wire.Write(signed)
	if bodyErr != nil || !measurement.VerifyBatch(unit.Key, signed, unit.Signature) {
		g.RefuseSigned(w, http.StatusBadRequest, "bad_signature")
		return
	}
	batch, err := measurement.Decode(unit.Key, signed)
	if err != nil {
		g.RefuseSigned(w, http.StatusUnprocessableEntity, "bad_header")
		return
	}
	g.batches = append(g.batches, batch)
	g.signers[batch.ID] = string(unit.Key)
	g.sign(w, measurement.Receipt{
		Version: measurement.ReceiptVersion, Batch: batch.ID.String(), ReceivedAt: time.Now().Add(g.ahead), Records: len(batch.Lines), Rejected: len(batch.Rejected), Beacon: "b1",
		Wanted: g.wanted,
	})
}

// SignFor answers with a receipt for a batch of the past, as somebody may who kept one. It is for use in Refuse.
func (g *Gateway) SignFor(w http.ResponseWriter, batch measurement.BatchID) {
	g.sign(w, measurement.Receipt{Version: measurement.ReceiptVersion, Batch: batch.String(), ReceivedAt: time.Now(), Records: 1})
}

func (g *Gateway) sign(w http.ResponseWriter, r measurement.Receipt) {
	receipt, signature, err := measurement.SignReceipt(g.Key, r)
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Lamplight-Signature", base64.StdEncoding.EncodeToString(signature))
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
