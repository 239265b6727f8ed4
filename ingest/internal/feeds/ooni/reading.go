package ooni

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// reading makes records of one result.
type reading struct {
	keys     *testKeys
	resolver uint32 // autonomous system of the probe's resolver, zero unknown
	input    *url.URL
	host     string
	started  time.Time
	// classic says that the steps which a browser would have taken are marked. Version 0.5 takes more: it also
	// follows what other resolvers say.
	classic  bool
	named    map[string]bool // hosts that may be written down
	networks map[netip.Addr]uint32

	blockPage BlockPage
}

// check is the number that ties a look's records; each look stands in a batch of its own.
const check = 1

func newReading(r *result, input *url.URL, started time.Time) *reading {
	out := &reading{
		keys: r.Keys.value, resolver: asn(r.ResolverASN), input: input, host: strings.ToLower(input.Hostname()), started: started,
		networks: map[netip.Addr]uint32{},
	}
	for i := range out.keys.Queries {
		out.classic = out.classic || out.keys.Queries[i].tagged("classic")
	}
	for i := range out.keys.Requests {
		out.classic = out.classic || out.keys.Requests[i].tagged("classic")
	}
	out.named = out.hosts()
	return out
}

// probe returns the probe's records in the order of a check's steps.
func (r *reading) probe() []measurement.Record {
	var all []measurement.Record
	all = append(all, r.questions()...)
	all = append(all, r.connections()...)
	all = append(all, r.handshakes()...)
	if page, ok := r.page(all); ok {
		all = append(all, page)
	}
	return valid(all)
}

// valid leaves out what no record can hold.
func valid(records []measurement.Record) []measurement.Record {
	return slices.DeleteFunc(records, func(r measurement.Record) bool { return r.Validate() != nil })
}

// record begins a record of a step.
func (r *reading) record(kind measurement.Kind, target string, w when, failure text) measurement.Record {
	begin := w.Begin
	if begin == 0 {
		begin = w.End
	}
	out := measurement.Record{
		Kind: kind, Check: check, Target: target, MeasuredAt: r.moment(begin), Failure: word(failure),
		// OONI does not say which of its sites are at home; foreign is what most of its global list is to anybody.
		Class: measurement.ClassForeign,
	}
	if w.Begin > 0 {
		out.DurationMS = milliseconds(w.End - w.Begin)
	}
	return out
}

func (w *when) tagged(tag text) bool { return slices.Contains(w.Tags, tag) }

// depth is how many redirects came before a step.
func (w *when) depth() int {
	for _, tag := range w.Tags {
		if n, ok := strings.CutPrefix(string(tag), "depth="); ok {
			depth, _ := strconv.Atoi(n)
			return depth
		}
	}
	return 0
}

// aside reports whether a step only accompanied a redirect's: version 0.5 also tries port 443 for a URL on port 80.
func (w *when) aside() bool { return w.depth() > 0 && w.tagged("fetch_body=false") }

// sameSite reports whether a host is the input's, or below or above it.
func (r *reading) sameSite(host string) bool {
	bare := func(h string) string { return strings.TrimPrefix(strings.ToLower(strings.TrimSuffix(h, ".")), "www.") }
	a, b := bare(host), bare(r.host)
	return a == b || strings.HasSuffix(a, "."+b) || strings.HasSuffix(b, "."+a) && strings.Contains(a, ".")
}

// hosts returns the names that may be written down: those of the site, and those that the site led to over TLS.
func (r *reading) hosts() map[string]bool {
	named := map[string]bool{r.host: true}
	for _, request := range r.chain() {
		at, err := url.Parse(string(request.Request.URL))
		if err != nil {
			break
		}
		host := strings.ToLower(at.Hostname())
		if r.sameSite(host) {
			named[host] = true
		}
		if to := request.location(at); to != nil && at.Scheme == "https" && request.Failure == "" && named[host] {
			named[strings.ToLower(to.Hostname())] = true
		}
	}
	return named
}

// endpoint returns a record's target and address, or false for an address that is no site's.
func (r *reading) endpoint(host string, address netip.AddrPort) (string, netip.Addr, bool) {
	a := address.Addr().Unmap()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(int(address.Port())), a, measurement.AddressClassOf(a) == measurement.AddressPublic && address.Port() != 0
}
