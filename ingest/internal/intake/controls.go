package intake

import (
	"crypto/ed25519"
	"errors"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// ErrVantage says that a batch claims to be a control's. It is refused and not kept as a probe's: what a control saw
// says what is up, so whoever claims it falsely wants to be believed, and what it saw where nothing is blocked would be
// wrong of a probe.
var ErrVantage = errors.New("batch claims to be a control's, and its key is not one that the operator named: " +
	"start gateway and loader with --control-key and the key that the control logs")

// controls are the keys that an operator named.
type controls map[[ed25519.PublicKeySize]byte]bool

func newControls(keys []ed25519.PublicKey) controls {
	out := controls{}
	for _, key := range keys {
		if len(key) == ed25519.PublicKeySize {
			out[[ed25519.PublicKeySize]byte(key)] = true
		}
	}
	return out
}

// believe checks the vantage that a header claims. Its key has been verified.
func (c controls) believe(key ed25519.PublicKey, h *measurement.Header) error {
	if h.Vantage == measurement.VantageControl && !c[[ed25519.PublicKeySize]byte(key)] {
		return ErrVantage
	}
	return nil
}
