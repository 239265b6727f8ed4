package ioda

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/ingest/store"
)

// Source is the source of every row, as the signals table names it.
const Source = "ioda"

// Why a value was not taken.
const (
	SkipEmpty    = "empty"        // no value in this bin
	SkipRepeated = "repeated"     // the value of the round before, held
	SkipColumn   = "other column" // a column that is no signal, or derived from one
)

// rounds gives the signals taken and the seconds from one measurement of each to the next (IODA API
// v2). A file of a finer step repeats a value until the next, or leaves the bins between empty.
// The column gtr-norm is computed from gtr and therefore not taken.
var rounds = map[string]int64{
	"bgp":          300,  // /24s visible in BGP
	"ping-slash24": 600,  // /24s that answer active probing
	"merit-nt":     300,  // source addresses seen by the Merit telescope
	"ucsd-nt":      300,  // the same, by UCSD's
	"gtr":          1800, // Google traffic
}

const (
	bin          = 300     // seconds from one line to the next, at least
	maxLineBytes = 1 << 16 // a real line has 150
)

// The range of timestamps taken. ClickHouse would store a later one as another year without an error.
var (
	earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	latest   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
)

// Read yields the points of a file about entity, in the order of the file, and calls skip with the
// reason for every value not taken. It ends with an error, which names the line and what was expected
// there, at the first line that is not IODA's. ReceivedAt is left to whoever receives.
func Read(r io.Reader, entity Entity, skip func(reason string)) iter.Seq2[store.Signal, error] {
	return func(yield func(store.Signal, error) bool) {
		lines := bufio.NewScanner(r)
		lines.Buffer(nil, maxLineBytes)
		var f *file
		// At an error of reading, Scan hands out what it has of a line; Err tells.
		for number := 1; lines.Scan() && lines.Err() == nil; number++ {
			fields := strings.Split(strings.TrimSuffix(lines.Text(), "\r"), ",")
			if f == nil {
				var err error
				if f, err = header(fields, entity); err != nil {
					yield(store.Signal{}, fmt.Errorf("line %d: %w", number, err))
					return
				}
				continue
			}
			points, err := f.line(fields, skip)
			if err != nil {
				yield(store.Signal{}, fmt.Errorf("line %d: %w", number, err))
				return
			}
			for _, p := range points {
				if !yield(p, nil) {
					return
				}
			}
		}
		err := lines.Err()
		if errors.Is(err, bufio.ErrTooLong) {
			err = fmt.Errorf("a line has more than %d bytes: not an IODA file", maxLineBytes)
		}
		if err == nil && f == nil {
			err = errors.New("line 1: the file is empty, expected a header")
		}
		if err != nil {
			yield(store.Signal{}, err)
		}
	}
}

// file is what must be remembered from line to line.
type file struct {
	entity  Entity
	columns []string
	time    int // the column of timestamps
	last    int64
	held    map[string]store.Signal // the newest measured point of each signal
}

func header(columns []string, entity Entity) (*file, error) {
	columns[0] = strings.TrimPrefix(columns[0], "\ufeff")
	f := &file{entity: entity, columns: columns, time: slices.Index(columns, "timestamp"), held: make(map[string]store.Signal)}
	signals := 0
	for i, c := range columns {
		if rounds[c] != 0 {
			signals++
			if slices.Index(columns, c) != i {
				return nil, fmt.Errorf("column %s stands twice", c)
			}
		}
	}
	if f.time < 0 || signals == 0 {
		return nil, errors.New("not an IODA file: expected a header with the column timestamp and one of bgp, ping-slash24, merit-nt, ucsd-nt, gtr")
	}
	return f, nil
}

func (f *file) line(fields []string, skip func(reason string)) ([]store.Signal, error) {
	if len(fields) != len(f.columns) {
		return nil, fmt.Errorf("%d fields, expected %d as in the header", len(fields), len(f.columns))
	}
	at, err := strconv.ParseInt(fields[f.time], 10, 64)
	if err != nil || at < earliest || at > latest || at%bin != 0 {
		return nil, fmt.Errorf("timestamp %.20q, expected Unix seconds at the start of five minutes, from 2000 to 2100", fields[f.time])
	}
	if at <= f.last {
		return nil, fmt.Errorf("timestamp %d, expected one after %d of the line before", at, f.last)
	}
	f.last = at
	var points []store.Signal
	for i, text := range fields {
		name := f.columns[i]
		switch {
		case i == f.time:
			continue
		case rounds[name] == 0:
			skip(SkipColumn)
			continue
		case text == "":
			skip(SkipEmpty)
			continue
		}
		value, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(value) || math.IsInf(value, 0) || value < 0 {
			return nil, fmt.Errorf("%s %.20q, expected a number of zero or more, or nothing", name, text)
		}
		if f.holds(name, at, value) {
			skip(SkipRepeated)
			continue
		}
		point := store.Signal{
			Source: Source, EntityType: f.entity.Type, EntityCode: f.entity.Code,
			Name: name, At: time.Unix(at, 0).UTC(), Value: value,
		}
		f.held[name] = point
		points = append(points, point)
	}
	return points, nil
}

// holds reports whether a value is that of the round under way, written again for a later bin of it.
func (f *file) holds(name string, at int64, value float64) bool {
	round, before := rounds[name], f.held[name]
	return at%round != 0 && !before.At.IsZero() && before.At.Unix() == at-at%round && before.Value == value
}
