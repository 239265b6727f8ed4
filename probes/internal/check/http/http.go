// Package http looks at a page: it finds the addresses, connects, shakes hands, asks, and follows a few
// redirects; and it says how far it came.
//
// Every hop goes through the guard again, on a connection of its own. Of what a server sends it keeps the
// status, the pace, hashes of the title and of the body's first 64 KiB, and the id of a block page that the
// answer is known as; no header, no text, and no name that a redirect led to, since a hotel's login page can
// name the hotel.
package http

import (
	"context"
	"net/netip"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const maxRedirects = 5

// visit is one look at one page.
type visit struct {
	v       *check.Vantage
	look    check.Look
	target  place
	page    measurement.Record   // of the http kind
	beneath []measurement.Record // of the steps
	lead    string               // the block page that lives at an address that the target's name led to
	quic    bool                 // QUIC has been tried
}

// Visit looks at url. It returns the records of every step, in the order taken; the last one is the http
// record, which carries the failure of the step that failed.
func Visit(ctx context.Context, v *check.Vantage, look check.Look, url string) []measurement.Record {
	t := &visit{v: v, look: look, page: look.Record(v, measurement.KindHTTP, url)}
	t.page.HTTP = &measurement.HTTP{}
	start := time.Now()
	t.page.Failure = t.follow(ctx, url)
	t.page.DurationMS = check.Since(start)
	if t.page.HTTP.Fingerprint == "" {
		t.page.HTTP.Fingerprint = t.lead
	}
	return append(t.beneath, t.page)
}

// follow goes from the target through its redirects.
func (t *visit) follow(ctx context.Context, url string) measurement.Failure {
	next, failed := parse(url)
	t.target = next
	for failed == "" {
		var got answer
		got, failed = t.take(ctx, next)
		t.note(got, next)
		if failed != "" || got.location == "" {
			return failed
		}
		if t.page.HTTP.Redirects == maxRedirects {
			return measurement.FailureHTTPTooManyRedirect
		}
		t.page.HTTP.Redirects++
		next, failed = next.resolve(got.location)
	}
	return failed
}

// take is one hop. Its steps are kept only where it stays at the target.
func (t *visit) take(ctx context.Context, to place) (answer, measurement.Failure) {
	if !to.sameSite(t.target) {
		elsewhere := visit{v: t.v, look: t.look, target: t.target}
		elsewhere.look.Brief = true // what a comparison would show, nobody is to know
		return elsewhere.ask(ctx, to)
	}
	return t.ask(ctx, to)
}

func (t *visit) ask(ctx context.Context, to place) (answer, measurement.Failure) {
	r := t.reach(ctx, to)
	if r.conn == nil {
		t.beneath = append(t.beneath, r.attempts()...)
		t.compare(ctx, to, r, answer{})
		return answer{}, r.failure
	}
	got, failed := exchange(ctx, t.v, r.conn, to)
	r.conn.Close()
	r.failure = failed
	t.beneath = append(t.beneath, r.attempts()...)
	t.compare(ctx, to, r, got)
	return got, failed
}

// note keeps an answer as the one that counts, until another comes. What an earlier one was recognized as
// stays: a redirect to a block page is known by where it leads.
func (t *visit) note(got answer, from place) {
	if got.status == 0 {
		return
	}
	id := t.page.HTTP.Fingerprint
	if id == "" {
		id = got.fingerprint
	}
	*t.page.HTTP = measurement.HTTP{
		Status: got.status, Redirects: t.page.HTTP.Redirects, Plain: !from.encrypted(), Elsewhere: !from.related(t.target),
		BodyBytes: got.bodyBytes, BodySHA256: got.bodySHA256, TitleSHA256: got.titleSHA256, Fingerprint: id,
		FirstByteMS: got.firstByteMS, PaceMS: got.paceMS,
	}
}

// recognize notes the block page at an address that the target's own name led to.
func (t *visit) recognize(addresses []netip.AddrPort) {
	for _, address := range addresses {
		if t.lead == "" {
			t.lead = t.v.BlockPages.Address(address.Addr())
		}
	}
}
