package gateway

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// errNonce says how to ask for the time.
var errNonce = refusal{"bad_request", "nonce must be 16 bytes in hex", http.StatusBadRequest, 0}

// getTime tells the time, signed together with the caller's nonce: GET /v1/time?nonce=HEX. A machine whose clock
// stands at 1970 cannot judge certificates, and so cannot believe a time that is not signed by a key it pinned.
func (g *Gateway) getTime(w http.ResponseWriter, r *http.Request) {
	nonce, err := hex.DecodeString(r.URL.Query().Get("nonce"))
	if err != nil || len(nonce) != measurement.NonceBytes {
		errNonce.write(w)
		return
	}
	body, signature, err := measurement.SignTime(g.cfg.Key, g.cfg.Now(), [measurement.NonceBytes]byte(nonce))
	if err != nil {
		errFailed.write(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Lamplight-Signature", base64.StdEncoding.EncodeToString(signature))
	_, _ = w.Write(body) // a caller that has gone needs no answer
}
