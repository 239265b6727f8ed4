package gateway

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"net/http"
	"strconv"
	"time"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/internal/envelope"
	"github.com/lamplight-net/lamplight/ingest/internal/geo"
	"github.com/lamplight-net/lamplight/ingest/store"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const (
	// bodyTime bounds how long a body may take: a full one over a 2G line takes as long.
	bodyTime = time.Minute
	// answerTime bounds what comes after: past it a probe would have given up waiting.
	answerTime = 20 * time.Second
)

// postBatch takes one batch: POST /v1/batches.
func (g *Gateway) postBatch(w http.ResponseWriter, r *http.Request) {
	// The address goes no further than this function, and what is made of it here is forgotten in a minute.
	sender := caller(r, g.cfg.TrustedProxies)
	if wait, ok := g.crowd.allow(sender, time.Now()); !ok {
		g.refuse(w, errRate(wait))
		return
	}
	batch, err := credentials(r.Header)
	if err != nil {
		g.refuse(w, err)
		return
	}
	// Not every ResponseWriter has deadlines; then the server's own still bounds the request.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTime))
	body, err := g.bodies.read(r)
	defer g.bodies.release(body)
	if err != nil {
		g.refuse(w, err)
		return
	}
	received := time.Now()
	if batch, err = g.unseal(r.Header, batch, body); err != nil {
		g.refuseSent(w, body, err)
		return
	}
	// A sender that has gone does not stop its batch: what was received whole is worth keeping.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), answerTime)
	defer cancel()
	receipt, err := g.take(ctx, g.find(r, sender), envelope.Envelope{
		Key: batch.Key, Signature: batch.Signature, ReceivedAt: g.cfg.Now().UTC().Truncate(time.Millisecond), Body: batch.Body,
	})
	if err != nil {
		g.refuseSent(w, body, err)
		return
	}
	g.metrics.batches.WithLabelValues(accepted).Inc()
	g.metrics.records.WithLabelValues(accepted).Add(float64(receipt.Records))
	g.metrics.records.WithLabelValues("rejected").Add(float64(receipt.Rejected))
	g.metrics.bytes.Add(float64(len(body)))
	g.metrics.seconds.Observe(time.Since(received).Seconds())
	g.answer(w, receipt)
}

// take makes a batch durable, or says why not.
func (g *Gateway) take(ctx context.Context, found geo.Location, e envelope.Envelope) (measurement.Receipt, error) {
	batch, err := g.openBatch(ctx, e)
	if err != nil {
		return measurement.Receipt{}, err
	}
	// Only now is the key known to be the sender's: before, anyone could use up another's share, and junk
	// everybody's.
	if wait, ok := g.perKey.Allow([ed25519.PublicKeySize]byte(e.Key), e.ReceivedAt); !ok {
		return measurement.Receipt{}, errRate(wait)
	}
	if wait, ok := g.total.Allow(struct{}{}, time.Now()); !ok {
		return measurement.Receipt{}, errRate(wait)
	}
	e.Location = locate(found, batch.Header.Network)
	err = g.producer.Publish(ctx, bus.TopicBatches, e.Encode(g.cfg.Key))
	g.health.note(err, time.Now())
	if err != nil {
		return measurement.Receipt{}, err
	}
	return measurement.Receipt{
		Version: measurement.ReceiptVersion, Batch: batch.ID.String(), ReceivedAt: e.ReceivedAt,
		Records: len(batch.Lines), Rejected: len(batch.Rejected), Beacon: beacon(g.cfg.Key, e.ReceivedAt),
		Wanted: g.wanted(e.Location, e.Key, &batch, e.ReceivedAt),
	}, nil
}

// wanted counts what a batch covers, and says which targets of its list few have looked at lately in its country. Of a
// list that is not handed out here, or of another issue, nothing is known. Who only says where they are is not counted
// and is told nothing: anybody can say any country, and could steer its probes, or measure their looks with their own.
func (g *Gateway) wanted(at envelope.Location, sender ed25519.PublicKey, batch *measurement.Batch, now time.Time) *measurement.Wanted {
	l, ok := g.lists.Of(batch.Header.Plan)
	if !ok || at.Origin != store.OriginLocated || batch.Header.Vantage == measurement.VantageControl {
		return nil
	}
	numbers := g.coverage.Take(at.Country, l, sender, batch, now)
	if len(numbers) == 0 {
		return nil
	}
	g.metrics.wanted.Inc()
	return &measurement.Wanted{List: l.Version(), Targets: numbers}
}

func (g *Gateway) openBatch(ctx context.Context, e envelope.Envelope) (measurement.Batch, error) {
	select {
	case g.open <- struct{}{}:
		defer func() { <-g.open }()
	case <-ctx.Done():
		return measurement.Batch{}, errBusy
	}
	opened, err := g.opener.Open(e.Key, e.Signature, e.Body, e.ReceivedAt)
	return opened.Batch, err
}

func (g *Gateway) answer(w http.ResponseWriter, receipt measurement.Receipt) {
	body, signature, err := measurement.SignReceipt(g.cfg.Key, receipt)
	if err != nil {
		g.refuse(w, errFailed)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Header().Set("Lamplight-Signature", base64.StdEncoding.EncodeToString(signature))
	_, _ = w.Write(body) // a probe that has gone sends again; copies collapse
}

func (g *Gateway) refuse(w http.ResponseWriter, err error) {
	answer := refusalFor(err)
	g.metrics.batches.WithLabelValues(answer.Code).Inc()
	if _, ok := g.refusals.Allow(answer.Code, time.Now()); ok {
		// No more than the word: the message can quote what the sender wrote.
		g.log.Warn("batch refused", "reason", answer.Code, "status", answer.status)
	}
	answer.write(w)
}

// credentials reads the headers that say who signed a body, and that it is compressed as it must be. In a
// sealed one that stands inside.
func credentials(h http.Header) (measurement.Signed, error) {
	if sealed(h) {
		return measurement.Signed{}, nil
	}
	key, keyErr := base64.StdEncoding.Strict().DecodeString(h.Get("Lamplight-Key"))
	signature, signatureErr := base64.StdEncoding.Strict().DecodeString(h.Get("Lamplight-Signature"))
	if keyErr != nil || signatureErr != nil || len(key) != ed25519.PublicKeySize ||
		len(signature) != ed25519.SignatureSize || h.Get("Content-Encoding") != "zstd" {
		return measurement.Signed{}, errHeaders
	}
	return measurement.Signed{Key: key, Signature: signature}, nil
}
