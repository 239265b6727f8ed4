package upload

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/outbox"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// sealedType is the media type of a sealed batch.
const sealedType = "application/vnd.lamplight.sealed"

// Send sends a sealed batch. It returns the receipt that key signed for it, or a *RefusedError, which key signed
// too, or an *UnavailableError, or another error after which the batch should be sent again.
func (c *Client) Send(ctx context.Context, b outbox.Batch, key ed25519.PublicKey) (measurement.Receipt, error) {
	ask := func(w way) (*http.Request, *http.Client, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.base.String()+"/v1/batches", bytes.NewReader(b.Body))
		if err == nil {
			request.Header.Set("Content-Type", sealedType)
		}
		return request, w.http, err
	}
	var receipt measurement.Receipt
	err := c.try(ctx, maxAnswerBytes, ask, func(r reply) (err error) {
		receipt, err = judge(r, b, key)
		return err
	})
	return receipt, err
}

// judge tells a gateway's answer from what a proxy or a portal says in its place.
func judge(r reply, b outbox.Batch, key ed25519.PublicKey) (measurement.Receipt, error) {
	signature, err := signatureOf(r)
	if r.status == http.StatusOK {
		if err != nil {
			return measurement.Receipt{}, errors.Join(measurement.ErrReceipt, err)
		}
		receipt, err := measurement.OpenReceipt(key, r.body, signature)
		if err == nil && !b.Fits(receipt) {
			return measurement.Receipt{}, fmt.Errorf("%w: it is for another batch", measurement.ErrReceipt)
		}
		return receipt, err
	}
	busy := &UnavailableError{Status: r.status, After: retryAfter(r.header.Get("Retry-After"), time.Now())}
	code, err := measurement.VerifyRefusal(key, b.Body, r.body, signature)
	switch {
	case err == nil && refusesForGood(r.status):
		return measurement.Receipt{}, &finalError{&RefusedError{Code: code}, true}
	case err == nil:
		return measurement.Receipt{}, &finalError{busy, true}
	case r.status == http.StatusTooManyRequests || r.status == http.StatusServiceUnavailable:
		// Turned away before anything was read, and so not signed. To believe it costs a wait.
		return measurement.Receipt{}, &finalError{busy, false}
	}
	busy.Strange = true
	return measurement.Receipt{}, busy
}

func refusesForGood(status int) bool {
	return status == http.StatusBadRequest || status == http.StatusRequestEntityTooLarge || status == http.StatusUnprocessableEntity
}
