package upload

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// RefusedError says that the gateway signed that it will not take a batch.
type RefusedError struct {
	Code string // one of the gateway's words
}

func (e *RefusedError) Error() string { return "the gateway refused the batch: " + e.Code }

// UnavailableError says that the gateway did not take the batch now.
type UnavailableError struct {
	Status int
	After  time.Duration // how long the gateway asks to wait; 0 if it does not say
	// Strange says that it was probably not the gateway that answered.
	Strange bool
}

func (e *UnavailableError) Error() string {
	if e.Strange {
		return fmt.Sprintf("somebody answered in the gateway's place (status %d): a proxy or a login page may be on the way", e.Status)
	}
	return fmt.Sprintf("gateway is not available (status %d)", e.Status)
}

// diskError is a failure of this machine's disk.
type diskError struct{ err error }

// Error implements error.
func (e *diskError) Error() string { return e.err.Error() }

// Unwrap returns what failed.
func (e *diskError) Unwrap() error { return e.err }

func onDisk(err error) error {
	if err == nil {
		return nil
	}
	return &diskError{err}
}

// Reason says why an exchange failed, in words that hold no address: Go's errors do, and logs are shown to strangers.
func Reason(err error) string {
	if busy, ok := errors.AsType[*UnavailableError](err); ok {
		return busy.Error()
	}
	if refused, ok := errors.AsType[*RefusedError](err); ok {
		return refused.Error()
	}
	if _, ok := errors.AsType[*diskError](err); ok {
		return "the outbox could not be read or written: check that the disk has room and the state folder is writable"
	}
	switch {
	case errors.Is(err, measurement.ErrReceipt):
		return "the receipt is not signed by the gateway's key that this probe knows: if the operator has a new one, join with the new link (lamplight-probe join --replace), or, if you have no link, delete gateway.json in the state folder"
	case errors.Is(err, errProxy):
		return errProxy.Error()
	case errors.Is(err, errLookup):
		return errLookup.Error()
	case errors.Is(err, errForeign):
		return errForeign.Error()
	}
	return "the gateway could not be reached"
}

// maxAfter bounds how long a gateway can keep a probe away.
const maxAfter = time.Hour

// retryAfter reads the header's two forms: seconds, or a date (RFC 9110 section 10.2.3).
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return min(time.Duration(seconds)*time.Second, maxAfter)
	}
	if date, err := http.ParseTime(value); err == nil {
		return min(max(date.Sub(now), 0), maxAfter)
	}
	return 0
}
