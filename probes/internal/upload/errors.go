package upload

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// ErrRejected says that the gateway will never take these bytes. The protocol has three statuses for it;
// any other may be a proxy's or a portal's, and is not believed.
var ErrRejected = errors.New("gateway rejected the batch for good")

// UnavailableError says that the gateway did not take the batch now.
type UnavailableError struct {
	Status int
	After  time.Duration // how long the gateway asks to wait; 0 if it does not say
}

func (e *UnavailableError) Error() string {
	return fmt.Sprintf("gateway is not available (status %d)", e.Status)
}

// maxAfter bounds how long a gateway can keep a probe away.
const maxAfter = time.Hour

func statusError(response *http.Response) error {
	switch response.StatusCode {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return fmt.Errorf("%w (status %d)", ErrRejected, response.StatusCode)
	}
	return &UnavailableError{Status: response.StatusCode, After: retryAfter(response.Header.Get("Retry-After"), time.Now())}
}

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
