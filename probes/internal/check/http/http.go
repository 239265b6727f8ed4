// Package http looks at a page the way an ordinary reader's browser would: it finds the addresses,
// connects, shakes hands, asks, and follows a few redirects; and it says how far it came.
//
// Every hop goes through the guard again, on a connection of its own. Of what a server sends it keeps the
// status, and the length and hash of the body's first 64 KiB; no header, no text, and no name that a
// redirect led to, since a hotel's login page can name the hotel.
package http

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const (
	maxRedirects   = 5
	maxBodyBytes   = 64 << 10
	maxHeaderBytes = 64 << 10
)

// headers are the same for every probe and every site: those of a common browser's extended support
// release, so that a probe's requests do not stand out and pages do not vary with the probe.
func headers() http.Header {
	return http.Header{
		"User-Agent":      {"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
		"Accept":          {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
		"Accept-Language": {"en-US,en;q=0.5"},
	}
}

// Visit looks at url. It returns the records of every step, in the order taken; the last one is the http
// record, which carries the failure of the step that failed.
func Visit(ctx context.Context, v *check.Vantage, look check.Look, url string) []measurement.Record {
	r := look.Record(v, measurement.KindHTTP, url)
	r.HTTP = &measurement.HTTP{}
	start := time.Now()
	var beneath []measurement.Record
	next, failed := parse(url)
	for failed == "" {
		var hop hop
		hop, failed = take(ctx, v, look, next)
		if next.sameSite(r.Target) {
			beneath = append(beneath, hop.records...)
		}
		if hop.status != 0 {
			r.HTTP.Status = hop.status
			r.HTTP.BodyBytes, r.HTTP.BodySHA256 = hop.bodyBytes, hop.bodySHA256
		}
		if failed != "" || hop.location == "" {
			break
		}
		if r.HTTP.Redirects == maxRedirects {
			failed = measurement.FailureHTTPTooManyRedirect
			break
		}
		r.HTTP.Redirects++
		next, failed = next.resolve(hop.location)
	}
	r.Failure = failed
	r.DurationMS = check.Since(start)
	return append(beneath, r)
}

// hop is one request and what came of it.
type hop struct {
	records    []measurement.Record
	status     uint16
	bodyBytes  uint32
	bodySHA256 string
	location   string // where a redirect leads
}

func take(ctx context.Context, v *check.Vantage, look check.Look, to place) (hop, measurement.Failure) {
	conn, records, failed := reach(ctx, v, look, to)
	out := hop{records: records}
	if failed != "" {
		return out, failed
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(ctx, v.Timeouts.HTTP)
	defer cancel()
	err := out.exchange(ctx, conn, to)
	return out, failure.Of(failure.Exchange, err)
}

// exchange sends one request over conn and reads the answer, up to the caps.
func (h *hop) exchange(ctx context.Context, conn net.Conn, to place) error {
	// The connection stands already, TLS included.
	given := func(context.Context, string, string) (net.Conn, error) { return conn, nil }
	transport := &http.Transport{
		DialContext: given, DialTLSContext: given, DisableKeepAlives: true, DisableCompression: true,
		MaxResponseHeaderBytes: maxHeaderBytes,
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, to.url.String(), nil)
	if err != nil {
		return err
	}
	request.Header = headers()
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode < 100 || response.StatusCode > 599 {
		return errStatus
	}
	h.status = uint16(response.StatusCode)
	switch response.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		h.location = response.Header.Get("Location")
	}
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(response.Body, maxBodyBytes))
	h.bodyBytes = uint32(n)
	if n > 0 {
		h.bodySHA256 = hex.EncodeToString(sum.Sum(nil))
	}
	return err
}
