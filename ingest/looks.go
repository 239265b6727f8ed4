package ingest

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/netip"

	"github.com/lamplight-net/lamplight/ingest/internal/feeds"
	"github.com/lamplight-net/lamplight/ingest/internal/feeds/ooni"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Look is what a recording says of one look at one target.
type Look struct {
	Input          string               // the URL that was looked at
	Probe, Control []measurement.Record // Control is empty when no control answered
	// Networks holds the autonomous systems of addresses, as far as the recording tells.
	Networks map[netip.Addr]uint32
	// Skipped says why a result is no look; then nothing else is set.
	Skipped string
}

// ReadOONI yields the looks of a recording of OONI's, without a server: from is a file or an http or https address,
// packed with gzip or not. It yields an error at most once, last, which names the line. A nil blockPage recognizes no
// block page.
func ReadOONI(ctx context.Context, from string, blockPage func(header http.Header, body []byte) string) iter.Seq2[Look, error] {
	return func(yield func(Look, error) bool) {
		for look, err := range feeds.Looks(ctx, from, blockPage) {
			if reason, ok := errors.AsType[ooni.SkipError](err); ok {
				if !yield(Look{Skipped: string(reason)}, nil) {
					return
				}
				continue
			}
			if err != nil {
				yield(Look{}, err)
				return
			}
			if !yield(Look{Input: look.Input, Probe: look.Probe, Control: look.Control, Networks: look.Networks}, nil) {
				return
			}
		}
	}
}
