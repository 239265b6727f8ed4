package gateway

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/internal/intake"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// refusal is an answer other than yes. Its code is the reason under which it is counted.
type refusal struct {
	Code    string `json:"error"`
	Message string `json:"message"`
	status  int
	retry   time.Duration // for 429 and 503: when to come back at the earliest
}

// Error implements error.
func (r refusal) Error() string { return r.Code }

// The refusals that are not about a batch's content.
var (
	errHeaders    = refusal{"bad_request", "Lamplight-Key and Lamplight-Signature must be base64 of 32 and 64 bytes, Content-Encoding must be zstd", http.StatusBadRequest, 0}
	errCutOff     = refusal{"cut_off", "the body ended early or came too slowly", http.StatusServiceUnavailable, time.Second}
	errBusy       = refusal{"overloaded", "the gateway has as much to do as it can hold", http.StatusServiceUnavailable, busyRetry}
	errNotDurable = refusal{"not_durable", "the batch could not be made durable", http.StatusServiceUnavailable, busyRetry}
	errFailed     = refusal{"internal", "the gateway failed", http.StatusInternalServerError, busyRetry}
)

// busyRetry is long enough for a burst to pass, short against the minutes between a probe's batches.
const busyRetry = 10 * time.Second

func errRate(wait time.Duration) refusal {
	return refusal{"rate_limited", "too many requests: the rest can wait", http.StatusTooManyRequests, wait}
}

// permanent lists the errors that no second try cures, with the answer to each.
var permanent = []struct {
	err    error
	code   string
	status int
}{
	{intake.ErrNotZstd, "not_zstd", http.StatusBadRequest},
	{intake.ErrSignature, "bad_signature", http.StatusBadRequest},
	{intake.ErrVantage, "vantage", http.StatusUnprocessableEntity},
	{intake.ErrClock, "clock", http.StatusUnprocessableEntity},
	{measurement.ErrTooLarge, "too_large", http.StatusRequestEntityTooLarge},
	{measurement.ErrSchema, "unsupported_schema", http.StatusBadRequest},
	{measurement.ErrBadHeader, "bad_header", http.StatusBadRequest},
	{measurement.ErrNoRecords, "no_records", http.StatusUnprocessableEntity},
	{bus.ErrTooLarge, "too_large", http.StatusRequestEntityTooLarge},
}

// refusalFor returns the answer to an error of taking a batch.
func refusalFor(err error) refusal {
	if r, ok := errors.AsType[refusal](err); ok {
		return r
	}
	for _, p := range permanent {
		if errors.Is(err, p.err) {
			return refusal{p.code, err.Error(), p.status, 0}
		}
	}
	if errors.Is(err, bus.ErrOverloaded) {
		return errBusy
	}
	return errNotDurable
}

func (r refusal) write(w http.ResponseWriter) {
	if r.retry > 0 {
		// Spread out those who were turned away together.
		seconds := int(r.retry.Seconds()) + 1 + rand.IntN(10)
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
	}
	writeJSON(w, r.status, r)
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil { // of our own structs: it cannot be
		status, body = http.StatusInternalServerError, nil
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a caller that has gone needs no answer
}
