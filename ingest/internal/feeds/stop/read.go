package stop

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/lamplight-net/lamplight/ingest/internal/feeds/bounded"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// Source is the source of every row, as the reports table names it.
const Source = "access-now-stop"

// Why a line was not taken.
const (
	SkipCountry  = "unknown country" // no code for the country's name
	SkipNoDate   = "no start date"
	SkipRepeated = "repeated" // a report that stands in the file already: for an earlier year, or twice
)

// columns are those used of the file's 47.
var columns = []string{
	"start_date", "end_date", "country", "geo_scope", "area_name", "shutdown_type", "shutdown_extent",
	"affected_network", "actual_cause", "event", "info_source_link", "an_link", "other_affected",
	"facebook_affected", "twitter_affected", "whatsapp_affected", "instagram_affected", "telegram_affected",
}

const maxRecordBytes = 1 << 20 // a real record has 5,000; quoted fields may span lines

// Read yields the reports of a file in its order, and calls skip with the reason for every line not
// taken. Of lines that report the same (see identity) the first is taken. Read ends with an error, which
// names the line and what was expected there, at the first line that is not of such a file. ReceivedAt
// is left to whoever receives. More gives codes of countries by names that are not among the usual ones.
func Read(r io.Reader, more map[string]string, skip func(reason string)) iter.Seq2[store.Report, error] {
	return func(yield func(store.Report, error) bool) {
		limited := bounded.NewReader(r, maxRecordBytes)
		records := csv.NewReader(limited)
		header, err := readHeader(records)
		if err != nil {
			yield(store.Report{}, fmt.Errorf("line 1: not Access Now's STOP: %w", err))
			return
		}
		names := newGazetteer(more)
		seen := make(map[string]bool)
		for {
			limited.Next()
			fields, err := records.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(store.Report{}, located(err, len(header)))
				return
			}
			report, reason, err := convert(newRecord(header, fields), names)
			switch {
			case err != nil:
				line, _ := records.FieldPos(0)
				yield(store.Report{}, fmt.Errorf("line %d: %w", line, err))
				return
			case reason != "":
				skip(reason)
			case seen[report.ID]:
				skip(SkipRepeated)
			default:
				seen[report.ID] = true
				if !yield(report, nil) {
					return
				}
			}
		}
	}
}

func readHeader(records *csv.Reader) ([]string, error) {
	header, err := records.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty")
	}
	if err != nil {
		return nil, err
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	for _, c := range columns {
		if !slices.Contains(header, c) {
			return nil, fmt.Errorf("expected a column %s", c)
		}
	}
	return header, nil
}

// located puts the line before an error of reading, where the error knows it.
func located(err error, fields int) error {
	parse, ok := errors.AsType[*csv.ParseError](err)
	switch {
	case !ok:
		return err
	case errors.Is(err, csv.ErrFieldCount):
		return fmt.Errorf("line %d: expected %d fields as in the header", parse.Line, fields)
	}
	return fmt.Errorf("line %d: %w", parse.Line, parse.Err)
}
