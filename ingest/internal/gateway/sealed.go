package gateway

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// sealedType is the media type of a batch that is sealed to the gateway's key. What is in it goes the way of any
// other batch: sealing guards what lies on a volunteer's disk, not what is kept here.
const sealedType = "application/vnd.lamplight.sealed"

// The refusals of sealed batches. A unit that is sealed to another key is not lost for good: a gateway that has
// that key may be behind the same name tomorrow.
var (
	errUnit    = refusal{"not_sealed", "the body is not a batch sealed to this gateway, or it is damaged", http.StatusBadRequest, 0}
	errSealKey = refusal{"unknown_seal_key", "the batch is sealed to a key that this gateway does not have", http.StatusServiceUnavailable, busyRetry}
)

func sealed(h http.Header) bool { return h.Get("Content-Type") == sealedType }

// unseal returns the batch that a body holds: plain, with the credentials that came beside it, or sealed.
func (g *Gateway) unseal(h http.Header, plain measurement.Signed, body []byte) (measurement.Signed, error) {
	if !sealed(h) {
		plain.Body = body
		return plain, nil
	}
	for i, key := range g.unsealing {
		batch, err := key.Open(body)
		switch {
		case errors.Is(err, measurement.ErrSealKey):
			continue // a unit says which key it is sealed to, so this costs a look at eight bytes
		case err != nil:
			return measurement.Signed{}, errUnit
		}
		if i > 0 {
			g.metrics.retired.Inc()
		}
		return batch, nil
	}
	return measurement.Signed{}, errSealKey
}

// maxRetired bounds how many keys are tried; one a year is many.
const maxRetired = 16

// unsealKeys returns what opens sealed batches: the key of now in front, then those that it replaced.
func unsealKeys(cfg Config) ([]measurement.UnsealKey, error) {
	if len(cfg.Retired) > maxRetired {
		return nil, fmt.Errorf("%d retired keys: at most %d are kept", len(cfg.Retired), maxRetired)
	}
	var out []measurement.UnsealKey
	for _, key := range append([]ed25519.PrivateKey{cfg.Key}, cfg.Retired...) {
		unseal, err := measurement.NewUnsealKey(key)
		if err != nil {
			return nil, err
		}
		out = append(out, unseal)
	}
	return out, nil
}

// refuseSent refuses a body that came whole, and signs that it did: a probe gives a batch up only when it knows
// that it was the gateway, and not a proxy on the way, that will never take it.
func (g *Gateway) refuseSent(w http.ResponseWriter, sent []byte, err error) {
	if answer, err := json.Marshal(refusalFor(err)); err == nil {
		w.Header().Set("Lamplight-Signature", base64.StdEncoding.EncodeToString(measurement.SignRefusal(g.cfg.Key, sent, answer)))
	}
	g.refuse(w, err)
}
