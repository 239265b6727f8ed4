// Package evaluate measures detection against events that people labeled, beside the rules that IODA
// publishes.
//
// It reads a folder and reports figures; it never tunes anything, and never lets a label reach the
// detector.
package evaluate

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// LabelsFile is the file of a folder that names its series and their events.
const LabelsFile = "labels.csv"

// Label is one labeled event. End is the end of its last bin: the file gives that bin's start. As read, an
// event that goes on for longer than its series has no End.
type Label struct {
	Start, End time.Time
}

// within returns the label with an End: that of the series, for one that had none.
func (l Label) within(until time.Time) Label {
	if l.End.IsZero() {
		l.End = until
		if earliest := l.Start.Add(series.Bin); l.End.Before(earliest) {
			l.End = earliest
		}
	}
	return l
}

// labeled is one series file and the events labeled in it, in order of the label file.
type labeled struct {
	file   string
	labels []Label
}

// readLabels reads the events of each series file. A row without start and end names a series in which
// nothing happened; one without end an event that goes on until the series ends.
func readLabels(fsys fs.FS) ([]labeled, error) {
	f, err := fsys.Open(LabelsFile)
	if err != nil {
		return nil, fmt.Errorf("open labels (the folder needs a %s with series_file, start_utc, end_utc): %w", LabelsFile, err)
	}
	defer func() { _ = f.Close() }()
	rows, err := newTable(f, "series_file", "start_utc", "end_utc")
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", LabelsFile, err)
	}
	var out []labeled
	place := make(map[string]int)
	for {
		row, err := rows.next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", LabelsFile, err)
		}
		file := row["series_file"]
		if !fs.ValidPath(file) {
			return nil, fmt.Errorf("read %s: line %d: series_file %q is not a path within the folder", LabelsFile, rows.line(), file)
		}
		i, known := place[file]
		if !known {
			i = len(out)
			place[file] = i
			out = append(out, labeled{file: file})
		}
		if row["start_utc"] == "" && row["end_utc"] == "" {
			continue
		}
		label, err := parseLabel(row["start_utc"], row["end_utc"])
		if err != nil {
			return nil, fmt.Errorf("read %s: line %d: %w", LabelsFile, rows.line(), err)
		}
		out[i].labels = append(out[i].labels, label)
	}
}

func parseLabel(start, end string) (Label, error) {
	from, err := parseTime(start)
	if err != nil {
		return Label{}, fmt.Errorf("start_utc: %w", err)
	}
	if end == "" {
		return Label{Start: from}, nil
	}
	until, err := parseTime(end)
	if err != nil {
		return Label{}, fmt.Errorf("end_utc: %w", err)
	}
	if until.Before(from) {
		return Label{}, fmt.Errorf("the event ends at %s, before it starts", end)
	}
	return Label{Start: from, End: until.Add(series.Bin)}, nil
}

// table reads a CSV file by the names in its first line, whatever their order.
type table struct {
	csv     *csv.Reader
	columns []string
}

func newTable(r io.Reader, required ...string) (*table, error) {
	t := &table{csv: csv.NewReader(r)}
	t.csv.ReuseRecord = true
	header, err := t.csv.Read()
	if err != nil {
		return nil, fmt.Errorf("first line: %w", err)
	}
	for _, c := range header {
		t.columns = append(t.columns, strings.TrimSpace(strings.TrimPrefix(c, "\ufeff")))
	}
	for _, want := range required {
		if !t.has(want) {
			return nil, fmt.Errorf("no column %q in the first line", want)
		}
	}
	return t, nil
}

func (t *table) has(column string) bool {
	for _, c := range t.columns {
		if c == column {
			return true
		}
	}
	return false
}

// next returns the next row by column name, io.EOF after the last.
func (t *table) next() (map[string]string, error) {
	record, err := t.csv.Read()
	if err != nil {
		return nil, err
	}
	row := make(map[string]string, len(record))
	for i, v := range record {
		row[t.columns[i]] = strings.TrimSpace(v)
	}
	return row, nil
}

func (t *table) line() int {
	line, _ := t.csv.FieldPos(0)
	return line
}
