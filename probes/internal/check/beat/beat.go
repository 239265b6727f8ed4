// Package beat says that a probe is running, and which of its anchors answer.
//
// An anchor answers when a small GET brings a 2xx without a redirect. A bare TCP connection would be
// cheaper, but the middleboxes that matter here (captive portals, walled gardens, transparent proxies)
// accept connections for everybody; they redirect or refuse requests. A full TLS handshake would prove
// more, at ten times the bytes, every minute, on a volunteer's mobile plan.
package beat

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/check/http"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Take asks every anchor at once and returns one record. It carries a failure only when no anchor
// answered and all failed alike: then the word may tell a cable that is out from a country that is dark.
func Take(ctx context.Context, v *check.Vantage, domestic, foreign []string) measurement.Record {
	r := check.Look{}.Record(v, measurement.KindBeat, "")
	ctx, cancel := context.WithTimeout(ctx, v.Timeouts.Anchor)
	defer cancel()
	start := time.Now()
	words := ask(ctx, v, slices.Concat(domestic, foreign))
	r.DurationMS = check.Since(start)
	r.Beat = &measurement.Beat{Domestic: reach(words[:len(domestic)]), Foreign: reach(words[len(domestic):])}
	if v.Link != nil {
		state := v.Link()
		r.Beat.Interface, r.Beat.Router = state.Interface, state.Router
	}
	if len(words) > 0 && len(slices.Compact(words)) == 1 {
		r.Failure = words[0]
	}
	return r
}

// ask returns how each anchor failed, or no word for one that answered.
func ask(ctx context.Context, v *check.Vantage, anchors []string) []measurement.Failure {
	words := make([]measurement.Failure, len(anchors))
	var asking sync.WaitGroup
	for i, url := range anchors {
		asking.Go(func() {
			records := http.Visit(ctx, v, check.Look{Class: measurement.ClassAnchor, Brief: true}, url)
			words[i] = judge(records[len(records)-1])
		})
	}
	asking.Wait()
	return words
}

func judge(visit measurement.Record) measurement.Failure {
	if visit.Failure == "" && (visit.HTTP.Redirects > 0 || visit.HTTP.Status/100 != 2) {
		return measurement.FailureHTTPMalformed // somebody answered, but not the anchor
	}
	return visit.Failure
}

func reach(words []measurement.Failure) measurement.Reach {
	out := measurement.Reach{Tried: uint8(len(words))}
	for _, word := range words {
		if word == "" {
			out.Answered++
		}
	}
	return out
}
