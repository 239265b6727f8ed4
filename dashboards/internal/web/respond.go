package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"compress/gzip"
)

// How long an answer may be kept without asking again.
const (
	// fresh is for what changes: a minute is short beside how long a conclusion takes.
	fresh = "public, max-age=60"
	// fixed is for a revision. It never changes, but it can be put under embargo for somebody's safety,
	// and no copy should outlive that by more than a day.
	fixed = "public, max-age=86400, immutable"
	// forever is for files whose address holds their hash.
	forever = "public, max-age=31536000, immutable"
)

// respond writes body, compressed where the reader can take that, or only says that the reader's copy
// is still good.
func respond(w http.ResponseWriter, r *http.Request, contentType, cache string, body []byte) error {
	sum := sha256.Sum256(body)
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", cache)
	h.Set("Vary", "Accept-Encoding")
	// Weak: the compressed and the plain form are one page.
	h.Set("ETag", `W/"`+hex.EncodeToString(sum[:12])+`"`)
	if acceptsGzip(r) && len(body) > 1<<10 {
		var packed bytes.Buffer
		zip := gzip.NewWriter(&packed)
		if _, err := zip.Write(body); err != nil {
			return err
		}
		if err := zip.Close(); err != nil {
			return err
		}
		h.Set("Content-Encoding", "gzip")
		body = packed.Bytes()
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	return nil
}

func acceptsGzip(r *http.Request) bool {
	for coding := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(coding), ";")
		if name == "gzip" {
			return strings.TrimSpace(quality) != "q=0"
		}
	}
	return false
}

// policy lets a page use its own style sheet and pictures and nothing else. Drawings stand in the page,
// scripts nowhere.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// secure sets what every answer carries.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		// A reader's visit is nobody else's business: a link to a report does not say where it was followed.
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		next.ServeHTTP(w, r)
	})
}
