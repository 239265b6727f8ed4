package feeds

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/netip"

	"github.com/lamplight-net/lamplight/ingest/internal/feeds/atlas"
	"github.com/lamplight-net/lamplight/ingest/internal/feeds/ioda"
	"github.com/lamplight-net/lamplight/ingest/internal/feeds/ooni"
	"github.com/lamplight-net/lamplight/ingest/internal/feeds/stop"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Kind is a format of recordings.
type Kind string

// The kinds.
const (
	KindIODA  Kind = "ioda"  // signals of one entity: rows of store.Signal
	KindAtlas Kind = "atlas" // RIPE Atlas measurement 7000: rows of store.AtlasConnection
	KindSTOP  Kind = "stop"  // Access Now's reports: rows of store.Report
	KindOONI  Kind = "ooni"  // OONI's Web Connectivity: rows of observation.Observation
)

// Options say how to read a recording.
type Options struct {
	// Entity is what a recording of KindIODA is about: country/IQ, region/4369 or asn/5089.
	Entity string
	// Country is where every probe of a recording of KindAtlas is, for one that was selected by country:
	// ISO 3166-1 alpha-2. Empty: Locate says, by the prefix.
	Country string
	// Locate returns the country of an address, "" when it is unknown. Nil where there is no database.
	Locate func(netip.Addr) (string, error)
	// CountryNames gives the ISO 3166-1 alpha-2 codes of names that a recording of KindStop may use beside
	// the usual ones.
	CountryNames map[string]string
	// BlockPage recognizes the block pages in a recording of KindOONI; nil recognizes none.
	BlockPage ooni.BlockPage
	// Progress, when not nil, is told how many bytes of how many a step ("download", "check", "import")
	// has done. Total is zero when it is not known.
	Progress func(step string, done, total int64)
}

// parse reads a format: it yields rows, an error at most once and last, and calls skip for what it does
// not take.
type parse func(r io.Reader, skip func(reason string)) iter.Seq2[any, error]

// parser checks what a kind needs of the options.
func (o Options) parser(kind Kind) (parse, error) {
	switch kind {
	case KindIODA:
		entity, err := ioda.ParseEntity(o.Entity)
		if err != nil {
			return nil, fmt.Errorf("--entity: %w", err)
		}
		return func(r io.Reader, skip func(string)) iter.Seq2[any, error] {
			return rows(ioda.Read(r, entity, skip))
		}, nil
	case KindAtlas:
		locate, err := o.locator()
		if err != nil {
			return nil, err
		}
		return func(r io.Reader, _ func(string)) iter.Seq2[any, error] {
			return rows(atlas.Read(r, locate))
		}, nil
	case KindSTOP:
		return func(r io.Reader, skip func(string)) iter.Seq2[any, error] {
			return rows(stop.Read(r, o.CountryNames, skip))
		}, nil
	case KindOONI:
		return func(r io.Reader, skip func(string)) iter.Seq2[any, error] {
			return rows(ooni.Rows(r, o.BlockPage, skip))
		}, nil
	}
	return nil, fmt.Errorf("%q is not a kind of recording: give %s, %s, %s or %s", kind, KindIODA, KindAtlas, KindSTOP, KindOONI)
}

func (o Options) locator() (func(netip.Addr) (string, error), error) {
	switch {
	case o.Country != "":
		if !measurement.CountryCode(o.Country) {
			return nil, fmt.Errorf("--country: %q is not a country code like KE", o.Country)
		}
		return func(netip.Addr) (string, error) { return o.Country, nil }, nil
	case o.Locate == nil:
		return nil, errors.New("nothing says where the probes are: give --country, or geolocation files (lamplight geo build makes some)")
	}
	return o.Locate, nil
}

// rows forgets the type of what a format yields.
func rows[T any](typed iter.Seq2[T, error]) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for row, err := range typed {
			if !yield(row, err) {
				return
			}
		}
	}
}

// Result counts what a recording holds.
type Result struct {
	Taken   int
	Skipped map[string]int // by reason
}

// Recording is one that was read to its end without an error.
type Recording struct {
	source   *source
	parse    parse
	progress func(step string, done, total int64)
	result   Result
}

// Open fetches source, a file or an http or https address, and checks all of it. An error says what
// was expected, and where; then nothing of the recording is used.
func Open(ctx context.Context, kind Kind, from string, o Options) (*Recording, error) {
	parse, err := o.parser(kind)
	if err != nil {
		return nil, err
	}
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	source, err := open(ctx, from, o.Progress)
	if err != nil {
		return nil, err
	}
	r := &Recording{source: source, parse: parse, progress: o.Progress, result: Result{Skipped: make(map[string]int)}}
	for _, err := range r.read(ctx, "check", func(reason string) { r.result.Skipped[reason]++ }) {
		if err != nil {
			return nil, errors.Join(fmt.Errorf("read %s: %w", from, err), source.Close())
		}
		r.result.Taken++
	}
	return r, nil
}

// Result returns what the check counted.
func (r *Recording) Result() Result { return r.result }

// Rows reads the recording again and yields its rows: store.Signal, store.AtlasConnection, store.Report
// or observation.Observation by its kind, always the same and in the same order. ReceivedAt is left to whoever
// receives them. An error, yielded last, means that the file cannot be read any more or has changed.
func (r *Recording) Rows(ctx context.Context) iter.Seq2[any, error] {
	return r.read(ctx, "import", func(string) {})
}

func (r *Recording) read(ctx context.Context, step string, skip func(reason string)) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		content, err := r.source.content(ctx, func(done, total int64) { r.progress(step, done, total) })
		if err != nil {
			yield(nil, err)
			return
		}
		r.parse(content, skip)(yield)
	}
}

// Close gives back what Open took.
func (r *Recording) Close() error { return r.source.Close() }
