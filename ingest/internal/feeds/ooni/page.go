package ooni

import (
	"crypto/sha256"
	"encoding/hex"
	"html"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// bodyBytes is how much of a body is hashed: as much as Lamplight's own probes read, so that hashes compare.
const bodyBytes = 64 << 10

// chain returns the requests that a browser would have made, the first one first.
func (r *reading) chain() []*request {
	var out []*request
	deep := false
	for i := range r.keys.Requests {
		q := &r.keys.Requests[i]
		if r.classic && !q.tagged("classic") {
			continue
		}
		deep = deep || len(q.Tags) > 0
		out = append(out, q)
	}
	slices.Reverse(out) // the list begins with the last
	if !deep {
		return out
	}
	slices.SortStableFunc(out, func(a, b *request) int {
		if a.depth() != b.depth() {
			return a.depth() - b.depth()
		}
		switch { // of several at a depth, the one that got an answer counts
		case a.Failure != "" && b.Failure == "":
			return -1
		case a.Failure == "" && b.Failure != "":
			return 1
		}
		return 0
	})
	return out
}

func (q *request) url() *url.URL {
	at, err := url.Parse(string(q.Request.URL))
	if err != nil {
		return nil
	}
	return at
}

func (q *request) redirects() bool { return q.Response.Code >= 300 && q.Response.Code < 400 }

// location returns where a redirect leads, nil for what is none.
func (q *request) location(from *url.URL) *url.URL {
	if !q.redirects() || from == nil {
		return nil
	}
	for _, header := range slices.Sorted(maps.Keys(q.Response.Headers)) {
		if strings.EqualFold(header, "Location") {
			if to, err := from.Parse(string(q.Response.Headers[header])); err == nil && to.Hostname() != "" {
				return to
			}
		}
	}
	return nil
}

// leadsInside reports whether a redirect leads inside of networks, where no probe of ours follows it, even if the rest of it
// makes no sense: portals at home, at work and in hotels lead so.
func (q *request) leadsInside() bool {
	for header, value := range q.Response.Headers {
		if !strings.EqualFold(header, "Location") {
			continue
		}
		_, rest, ok := strings.Cut(string(value), "://")
		if at := strings.IndexAny(rest, ":/?#"); ok && at >= 0 {
			rest = rest[:at]
		}
		if ok && measurement.Inside(rest) {
			return true
		}
	}
	return false
}

// page returns the record of the whole: what a browser would have been left with. beneath are the records of the steps.
func (r *reading) page(beneath []measurement.Record) (measurement.Record, bool) {
	chain := r.chain()
	if len(chain) == 0 {
		out := r.record(measurement.KindHTTP, r.input.String(), when{}, r.keys.HTTPFailure)
		out.HTTP = &measurement.HTTP{}
		if out.Failure == "" {
			out.Failure = r.unasked(beneath)
		}
		return out, out.Failure != ""
	}
	first, last := chain[0], chain[len(chain)-1]
	out := r.record(measurement.KindHTTP, r.input.String(), when{Begin: first.Begin, End: last.End}, last.Failure)
	out.HTTP = &measurement.HTTP{}
	at := last.url()
	for i, q := range chain {
		if out.HTTP.Fingerprint == "" {
			out.HTTP.Fingerprint = r.fingerprint(q) // a redirect to a block page is known by where it leads
		}
		if i < len(chain)-1 && q.redirects() && q.depth() <= chain[i+1].depth() {
			out.HTTP.Redirects++
		}
	}
	if to := last.location(at); to != nil && last.Failure == "" && out.HTTP.Redirects < 255 {
		// The next request was not made: the step before it failed.
		out.HTTP.Redirects++
		at = to
		out.Failure = word(r.keys.HTTPFailure)
	}
	if out.Failure == measurement.FailureHTTPInvalidRedirect && last.redirects() && last.leadsInside() {
		out.HTTP.Redirects++
		out.Failure = measurement.FailureGuarded
	}
	if at != nil {
		out.HTTP.Plain, out.HTTP.Elsewhere = at.Scheme == "http", at.Hostname() != "" && !r.sameSite(at.Hostname())
	}
	r.fill(out.HTTP, last)
	out.HTTP.PaceMS = r.pace(last)
	if out.Failure == "" && out.HTTP.Status == 0 {
		out.Failure = word(r.keys.HTTPFailure) // the request itself does not say how it went
	}
	return out, out.Failure != "" || out.HTTP.Status != 0
}

func (r *reading) fill(h *measurement.HTTP, q *request) {
	if q.Response.Code >= 100 && q.Response.Code <= 599 {
		h.Status = uint16(q.Response.Code)
	}
	body := q.body()
	h.BodyBytes = uint32(len(body))
	if q.Response.Truncated {
		h.BodyBytes = bodyBytes // OONI's probes keep more than that before they cut off
	}
	if body != "" {
		sum := sha256.Sum256([]byte(body))
		h.BodySHA256 = hex.EncodeToString(sum[:])
	}
	if found := title.FindStringSubmatch(body); found != nil {
		h.TitleSHA256 = titleHash(found[1])
	}
}

// body returns what counts of a body.
func (q *request) body() string {
	return string(q.Response.Body[:min(len(q.Response.Body), bodyBytes)])
}

// fingerprint returns the id of the block page that an answer is, or "".
func (r *reading) fingerprint(q *request) string {
	if r.blockPage == nil {
		return ""
	}
	header := http.Header{}
	// In order, for a file may have a name twice, in other letters, and must read alike whenever it is read.
	for _, name := range slices.Sorted(maps.Keys(q.Response.Headers)) {
		header.Set(name, string(q.Response.Headers[name]))
	}
	return r.blockPage(header, []byte(q.body()))
}

// title is how OONI's test helper finds one, with attributes allowed.
var title = regexp.MustCompile(`(?is)<title[^>]*>([^<]{1,512})</title>`)

// titleHash hashes a title without the spelling that helpers and bodies differ in. One without words has none.
func titleHash(text string) string {
	words := strings.Join(strings.Fields(html.UnescapeString(text)), " ")
	if words == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(words))
	return hex.EncodeToString(sum[:])
}

// unasked says why there was nobody to ask for the page.
func (r *reading) unasked(beneath []measurement.Record) measurement.Failure {
	if failure := word(r.keys.DNSFailure); failure != "" {
		return failure
	}
	useless, failure := false, measurement.Failure("")
	for i := range beneath {
		d := &beneath[i]
		switch {
		case d.DNS != nil && d.DNS.Resolver == measurement.ResolverSystem:
			for _, a := range d.DNS.Answers {
				useless = useless || a.Class != measurement.AddressPublic
			}
		case d.TCP != nil && d.Failure != "" && failure == "":
			failure = d.Failure
		case d.TLS != nil && d.Failure != "":
			failure = d.Failure
		}
	}
	if useless {
		return measurement.FailureDNSBogon
	}
	return failure
}

const maxPace = bodyBytes / measurement.PaceBytes

// pace returns when each further piece of an answer was there. The bytes counted are those on the wire, so a few of
// them are headers and encryption.
func (r *reading) pace(q *request) []uint32 {
	var out []uint32
	read := number(0)
	for i := range r.keys.Events {
		e := &r.keys.Events[i]
		if q.Begin == 0 || e.Operation != "read" || e.Transaction != q.Transaction || e.End < q.Begin || e.Bytes < 0 {
			continue
		}
		read += e.Bytes
		for read >= number(len(out)+1)*measurement.PaceBytes && len(out) < maxPace {
			at := milliseconds(e.End - q.Begin)
			if len(out) > 0 && at < out[len(out)-1] {
				return nil // the events are not in their order
			}
			out = append(out, at)
		}
	}
	return out
}
