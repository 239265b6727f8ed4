package pairing

import (
	"context"
	_ "embed" // the statement
	"fmt"
	"iter"
	"maps"
	"net/netip"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/internal/placed"
	"github.com/lamplight-net/lamplight/analysis/internal/verdict"
	"github.com/lamplight-net/lamplight/ingest/store"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

//go:embed looks.sql
var looksSQL string

// Query says which looks are read.
type Query struct {
	Since, Until time.Time // when the looks began
	Country      string    // of the probe; empty for all
	Target       string    // URL or host name; empty for all
	// Within is how far a control's look may be from a probe's.
	Within time.Duration
}

// Look is one stored look of a probe.
type Look struct {
	Batch   string // hex, as in the views
	Check   uint32
	Key     string // of the probe, hex
	At      time.Time
	Country string
	ASN     uint32
	Target  string // URL, or host name where only resolvers were asked
	Class   string
	Located bool // the gateway has found the key in the network that it declares
	// Generated says that nobody measured it, or what it is compared with.
	Generated bool
	// Control is where and when the control looked that stands beside it; nil when none did.
	Control *Control
	// Sides is what both saw, as it is judged.
	Sides verdict.Look
}

// Control is a look of a control.
type Control struct {
	Batch   string
	At      time.Time
	Country string
}

const (
	// maxControls bounds the looks of controls at one target in one hour, those of which are kept that came first.
	maxControls = 1000
	// fewPages is how many pages others must have got before a control is judged by what it got of them.
	fewPages = 5
	// clockOff is by how many seconds a clock is off that may make certificates invalid.
	clockOff = 5 * 60
	// nowhere is the country of whom nobody knows where it is.
	nowhere = "ZZ"
)

// Looks yields the looks of a query, hour by hour and target by target. It yields an error at most once, as the last
// pair.
func Looks(ctx context.Context, db *store.DB, q Query) iter.Seq2[Look, error] {
	return func(yield func(Look, error) bool) {
		for from := q.Since.UTC(); from.Before(q.Until); {
			until := from.Truncate(time.Hour).Add(time.Hour)
			if until.After(q.Until) {
				until = q.Until.UTC()
			}
			rows := store.Select[row](ctx, db, placed.Statement(looksSQL), from, until, int64(q.Within/time.Second), q.Country, q.Target, placed.Since(from), placed.Since(from))
			for look, err := range paired(rows, q.Within) {
				if err != nil {
					err = fmt.Errorf("read looks of %s: %w", from.Format(time.RFC3339), err)
				}
				if !yield(look, err) || err != nil {
					return
				}
			}
			from = until
		}
	}
}

// seen is a look as it is put together from its rows.
type seen struct {
	first    row
	records  []measurement.Record
	networks map[netip.Addr]uint32
}

// paired puts the rows of looks together, which come look by look and of each target with the controls first, and gives
// each look of a probe its control.
func paired(rows iter.Seq2[row, error], within time.Duration) iter.Seq2[Look, error] {
	return func(yield func(Look, error) bool) {
		var controls []*seen
		var now *seen
		done := func() bool {
			switch {
			case now == nil:
			case now.first.Vantage != store.VantageControl:
				return yield(now.look(controls, within), nil)
			case len(controls) < maxControls:
				controls = append(controls, now)
			}
			return true
		}
		for r, err := range rows {
			if err != nil {
				yield(Look{}, err)
				return
			}
			if now == nil || now.first.Probe != r.Probe || now.first.Batch != r.Batch || now.first.Check != r.Check || now.first.Site != r.Site {
				if !done() {
					return
				}
				if now != nil && now.first.Site != r.Site {
					controls = nil
				}
				now = &seen{first: r, networks: make(map[netip.Addr]uint32)}
			}
			now.records = append(now.records, record(&r.Measurement))
			networks(&r.Measurement, now.networks)
		}
		done()
	}
}

// look returns a probe's look beside the nearest of the controls' outside of its country that were well. Nobody knows of
// what is nowhere that it is outside.
func (s *seen) look(controls []*seen, within time.Duration) Look {
	var nearest *seen
	for _, c := range controls {
		if c.first.Country != s.first.Country && c.first.Country != nowhere && !c.ailing() && s.apart(c) <= within && (nearest == nil || s.apart(c) < s.apart(nearest)) {
			nearest = c
		}
	}
	out := Look{
		Batch: s.first.Batch, Check: s.first.Check, Key: s.first.Probe, At: s.first.Began, Country: s.first.Country, ASN: s.first.ASN,
		Target: s.first.Site, Class: s.first.Class, Located: s.first.Located, Generated: s.first.Generated,
	}
	known := maps.Clone(s.networks)
	out.Sides = verdict.Look{
		Probe:      append(s.records, s.first.beats()...),
		ASN:        func(a netip.Addr) uint32 { return known[a] },
		QUICInVain: int(s.first.QUICInVain),
		ClockWrong: s.first.ClockStepped || s.first.ClockOffsetSeconds >= clockOff || s.first.ClockOffsetSeconds <= -clockOff,
	}
	if nearest != nil {
		out.Control = &Control{Batch: nearest.first.Batch, At: nearest.first.Began, Country: nearest.first.Country}
		out.Generated = out.Generated || nearest.first.Generated
		out.Sides.Control = nearest.records
		maps.Copy(known, nearest.networks)
	}
	return out
}

// ailing reports whether the beats next to a control's look say that its own network was down, or that fewer than half of
// its anchors answered; or whether it got fewer than half of the pages that others got, of whom one country is none. What
// such a control does not get may be there all the same: it is missing, and no evidence.
func (s *seen) ailing() bool {
	if s.first.PagesOfOthers >= fewPages && 2*s.first.PagesToo < s.first.PagesOfOthers {
		return true
	}
	return slices.ContainsFunc(s.first.beats(), func(r measurement.Record) bool {
		tried, answered := int(r.Beat.Domestic.Tried)+int(r.Beat.Foreign.Tried), int(r.Beat.Domestic.Answered)+int(r.Beat.Foreign.Answered)
		return r.Beat.Interface == measurement.InterfaceDown || r.Beat.Router == measurement.RouterNone || 2*answered < tried
	})
}

func (s *seen) apart(c *seen) time.Duration { return c.first.Began.Sub(s.first.Began).Abs() }
