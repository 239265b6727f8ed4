package measurement

import (
	"errors"
	"fmt"
)

// HTTP is one exchange, after redirects. The body itself never leaves the probe, nor does any address that a
// redirect named: block pages write the volunteer's own address into theirs.
type HTTP struct {
	Status    uint16 `json:"status,omitempty"`
	Redirects uint8  `json:"redirects,omitempty"`
	// Plain says that the exchange that counts went without TLS, Elsewhere that its host is not the target's nor
	// below or above it.
	Plain     bool `json:"plain,omitempty"`
	Elsewhere bool `json:"elsewhere,omitempty"`
	// BodyBytes is how much of the body was read, unpacked, at most the probe's cap.
	BodyBytes   uint32 `json:"body_bytes,omitempty"`
	BodySHA256  string `json:"body_sha256,omitempty"`  // of the bytes read, lower-case hex
	TitleSHA256 string `json:"title_sha256,omitempty"` // of the page's title, trimmed; empty when it has none
	// Fingerprint is the id of the block page that an answer matched, or that lives at an address of the target.
	Fingerprint string `json:"fingerprint,omitempty"`
	// FirstByteMS is when the answer began, PaceMS when each further PaceBytes of the body were there, in
	// milliseconds since the request, as it came over the line: one that is throttled shows in their distances.
	FirstByteMS uint32   `json:"first_byte_ms,omitempty"`
	PaceMS      []uint32 `json:"pace_ms,omitempty"`
}

// PaceBytes is how much of a body lies between two of HTTP's pace samples.
const PaceBytes = 8 << 10

const maxPace = 8 // of the 64 KiB that a probe reads at most

func (h *HTTP) validate() error {
	if h.Status != 0 && (h.Status < 100 || h.Status > 599) {
		return errors.New("http.status is outside 100 to 599")
	}
	if !word(h.Fingerprint, 64) {
		return errors.New("http.fingerprint is not an id of letters, digits, dots, dashes and underscores")
	}
	if len(h.PaceMS) > maxPace {
		return fmt.Errorf("http.pace_ms holds more than %d", maxPace)
	}
	for i := 1; i < len(h.PaceMS); i++ {
		if h.PaceMS[i] < h.PaceMS[i-1] {
			return errors.New("http.pace_ms does not grow")
		}
	}
	if err := hexSHA256("http.title_sha256", h.TitleSHA256); err != nil {
		return err
	}
	return hexSHA256("http.body_sha256", h.BodySHA256)
}
