package evaluate

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// recording is a file of IODA's series for one entity, with the events labeled in it.
type recording struct {
	file   string
	place  incident.Place
	from   time.Time // start of the first row's bin
	until  time.Time // end of the last row's
	series []series.Series
	labels []Label
}

// days returns how long the recording is.
func (r *recording) days() float64 { return r.until.Sub(r.from).Hours() / 24 }

// signal returns the recording's series of a signal, or nil.
func (r *recording) signal(s incident.Signal) *series.Series {
	for i := range r.series {
		if r.series[i].Signal == s {
			return &r.series[i]
		}
	}
	return nil
}

// source is a column of IODA's that carries a signal. Where a file has several columns for a signal,
// the first that holds any value is taken: they measure the same thing.
type source struct {
	column string
	signal incident.Signal
	unit   string
}

func sources() []source {
	return []source{
		{"bgp", incident.SignalBGP, "visible /24s"},
		{"ping-slash24", incident.SignalActive, "responding /24s"},
		{"merit-nt", incident.SignalTelescope, "source addresses"},
		{"ucsd-nt", incident.SignalTelescope, "source addresses"},
		{"gtr", incident.SignalTraffic, "Google traffic"},
		{"gtr-norm", incident.SignalTraffic, "Google traffic, normalized"},
	}
}

// entityName matches ioda_country_IQ_iraq.csv and ioda_region_4369_zhytomyr.csv.
var entityName = regexp.MustCompile(`^ioda_(country|region|asn)_([A-Za-z0-9]+)`)

// placeOf returns the place that a series file is about.
func placeOf(file string) (incident.Place, error) {
	m := entityName.FindStringSubmatch(path.Base(file))
	if m == nil {
		return incident.Place{}, fmt.Errorf("file name %q does not begin like ioda_country_IQ or ioda_region_4369", file)
	}
	switch m[1] {
	case "country":
		if len(m[2]) != 2 {
			return incident.Place{}, fmt.Errorf("file name %q: %q is not an ISO 3166-1 alpha-2 code", file, m[2])
		}
		return incident.Place{Country: strings.ToUpper(m[2])}, nil
	case "asn":
		asn, err := strconv.ParseUint(m[2], 10, 32)
		if err != nil {
			return incident.Place{}, fmt.Errorf("file name %q: %q is not an AS number", file, m[2])
		}
		return incident.Place{Country: "ZZ", ASN: uint32(asn)}, nil
	}
	return incident.Place{Country: "ZZ", Region: "ioda:" + m[2]}, nil
}

// readRecording reads one series file. It takes rows in any order and more than once, columns in any
// order, and leaves out those it does not know. What it cannot read is an error that names the line.
func readRecording(fsys fs.FS, l labeled) (*recording, error) {
	place, err := placeOf(l.file)
	if err != nil {
		return nil, err
	}
	f, err := fsys.Open(l.file)
	if err != nil {
		return nil, fmt.Errorf("open series: %w", err)
	}
	defer func() { _ = f.Close() }()
	rows, err := newTable(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", l.file, err)
	}
	clock, err := timeColumn(rows)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", l.file, err)
	}
	r := &recording{file: l.file, place: place}
	points := make([][]series.Point, len(sources()))
	for {
		row, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", l.file, err)
		}
		at, err := parseTime(row[clock])
		if err != nil {
			return nil, fmt.Errorf("read %s: line %d: %w", l.file, rows.line(), err)
		}
		if err := r.cover(at); err != nil {
			return nil, fmt.Errorf("read %s: line %d: %w", l.file, rows.line(), err)
		}
		for i, c := range sources() {
			v, ok, err := parseValue(row[c.column])
			if err != nil {
				return nil, fmt.Errorf("read %s: line %d: column %s: %w", l.file, rows.line(), c.column, err)
			}
			if ok {
				points[i] = append(points[i], series.Point{At: at, Value: v})
			}
		}
	}
	for i, c := range sources() {
		if len(points[i]) > 0 && r.signal(c.signal) == nil {
			key := series.Key{Place: place, Signal: c.signal, Source: "ioda"}
			r.series = append(r.series, series.FromPoints(key, c.unit, points[i], r.from, r.until))
		}
	}
	if len(r.series) == 0 {
		return nil, fmt.Errorf("read %s: no value in any of the columns bgp, ping-slash24, merit-nt, ucsd-nt, gtr", l.file)
	}
	for _, label := range l.labels {
		r.labels = append(r.labels, label.within(r.until))
	}
	return r, nil
}

// maxSpan bounds a recording: every bin of it is held in memory, seen or not, and one wrong year in a file
// would otherwise ask for gigabytes.
const maxSpan = 2 * 366 * 24 * time.Hour

// Nobody measured the internet's reach by the minute before, and nobody has after.
var (
	earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// cover widens the recording to hold the bin of at. It refuses a time that cannot be, and one that lies too
// far from the others.
func (r *recording) cover(at time.Time) error {
	if at.Before(earliest) || !at.Before(latest) {
		return fmt.Errorf("time %s is not between 2000 and 2100: times are Unix seconds, or like 2026-03-01T04:00:00Z", at.Format(time.RFC3339))
	}
	from, until := r.from, r.until
	bin := at.Truncate(series.Bin)
	if from.IsZero() || bin.Before(from) {
		from = bin
	}
	if end := bin.Add(series.Bin); end.After(until) {
		until = end
	}
	if until.Sub(from) > maxSpan {
		return fmt.Errorf("time %s makes the recording reach from %s to %s, and it may hold at most two years: correct a wrong time, or split the file",
			at.Format(time.RFC3339), from.Format(time.DateOnly), until.Format(time.DateOnly))
	}
	r.from, r.until = from, until
	return nil
}

func timeColumn(t *table) (string, error) {
	for _, name := range []string{"timestamp", "datetime", "DATETIME", "time"} {
		if t.has(name) {
			return name, nil
		}
	}
	return "", errors.New("no column timestamp or datetime in the first line")
}

// parseTime reads Unix seconds or an ISO 8601 date and time, UTC when it names no zone.
func parseTime(s string) (time.Time, error) {
	if seconds, err := strconv.ParseFloat(s, 64); err == nil && math.Abs(seconds) < 1e11 {
		return time.Unix(int64(seconds), 0).UTC(), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05Z07:00", time.DateTime, "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02 15:04"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is neither Unix seconds nor a date and time", s)
}

// parseValue reads a number; an empty cell and the words for "missing" are no value.
func parseValue(s string) (float64, bool, error) {
	switch strings.ToLower(s) {
	case "", "nan", "null", "none", "na", "n/a", "-":
		return 0, false, nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, false, fmt.Errorf("%q is not a number", s)
	}
	return v, !math.IsNaN(v), nil
}
