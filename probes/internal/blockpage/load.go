package blockpage

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// The limits of a list. OONI's hold 1,729 fingerprints in 360 KB, with patterns up to 831 bytes.
const (
	maxFileBytes   = 4 << 20
	maxPrints      = 10_000
	maxExpressions = 200
	maxPattern     = 2048
	maxExpression  = 512
	maxID          = 64
	maxConfidence  = 10
)

// Load reads a list in either of OONI's CSV formats, which have the same columns. An error names the line.
func Load(r io.Reader) ([]Fingerprint, error) {
	limited := &io.LimitedReader{R: r, N: maxFileBytes + 1}
	table := csv.NewReader(limited)
	table.ReuseRecord = true
	head, err := table.Read()
	if err != nil {
		return nil, fmt.Errorf("read the line of column names: %w", explain(err, limited))
	}
	columns, err := columnsOf(head)
	if err != nil {
		return nil, fmt.Errorf("line 1: %w", err)
	}
	var out []Fingerprint
	expressions := 0
	ids := map[string]bool{}
	for {
		row, err := table.Read()
		if errors.Is(err, io.EOF) && limited.N > 0 {
			return out, nil
		}
		if err != nil {
			return nil, explain(err, limited)
		}
		line, _ := table.FieldPos(0)
		f, err := columns.fingerprint(row)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		if ids[f.ID] {
			return nil, fmt.Errorf("line %d: the name %s stands on an earlier line too: give each fingerprint one of its own", line, f.ID)
		}
		ids[f.ID] = true
		if f.expression != nil {
			expressions++
		}
		if out = append(out, f); len(out) > maxPrints || expressions > maxExpressions {
			return nil, fmt.Errorf("line %d: a list holds at most %d fingerprints, %d of them regular expressions: split it, or leave out what you do not need", line, maxPrints, maxExpressions)
		}
	}
}

// explain says what is wrong where the reason is that the reader came to its limit.
func explain(err error, limited *io.LimitedReader) error {
	if limited.N <= 0 {
		return fmt.Errorf("the list is longer than %d bytes: leave out what you do not need", maxFileBytes)
	}
	if errors.Is(err, io.EOF) {
		return errors.New("the list is empty")
	}
	return err // encoding/csv names the line
}

// columns is where in a row the parts of a fingerprint stand.
type columns struct{ name, scope, location, kind, pattern, confidence int }

func columnsOf(head []string) (columns, error) {
	var c columns
	for _, wanted := range []struct {
		name string
		at   *int
	}{
		{"name", &c.name}, {"scope", &c.scope}, {"location_found", &c.location}, {"pattern_type", &c.kind},
		{"pattern", &c.pattern}, {"confidence_no_fp", &c.confidence},
	} {
		*wanted.at = -1
		for i, name := range head {
			if strings.TrimPrefix(name, "\ufeff") == wanted.name { // spreadsheets begin a file with a byte order mark
				*wanted.at = i
			}
		}
		if *wanted.at < 0 {
			return c, fmt.Errorf("there is no column %q: the list must be in the format of OONI's blocking fingerprints", wanted.name)
		}
	}
	return c, nil
}

func (c columns) fingerprint(row []string) (Fingerprint, error) {
	f := Fingerprint{
		ID: identifier(row[c.name]), kind: kind(row[c.kind]), pattern: strings.Clone(row[c.pattern]),
		mistaken: row[c.scope] == "fp",
	}
	if f.ID == "" || len(f.ID) > maxID {
		return f, fmt.Errorf("a name has 1 to %d bytes", maxID)
	}
	var err error
	if f.confidence, err = strconv.Atoi(row[c.confidence]); err != nil || f.confidence < 0 || f.confidence > maxConfidence {
		return f, fmt.Errorf("confidence_no_fp is %.20q: give a number from 0 to %d", row[c.confidence], maxConfidence)
	}
	if f.pattern == "" || len(f.pattern) > maxPattern {
		return f, fmt.Errorf("a pattern has 1 to %d bytes", maxPattern)
	}
	if err := f.locate(row[c.location]); err != nil {
		return f, err
	}
	return f, f.compile()
}

// identifier makes of a list's name an id that a record may hold: letters, digits, dots, dashes, underscores.
func identifier(name string) string {
	out := []byte(name)
	for i, c := range out {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && c != '.' && c != '-' && c != '_' {
			out[i] = '_'
		}
	}
	return string(out)
}

func (f *Fingerprint) locate(location string) error {
	name, isHeader := strings.CutPrefix(location, "header.")
	switch {
	case location == "dns":
		f.place = placeDNS
	case location == "body":
		f.place = placeBody
	case isHeader && name != "" && len(name) <= maxID:
		f.place, f.header = placeHeader, textproto.CanonicalMIMEHeaderKey(name)
	default:
		return fmt.Errorf("location_found is %.80q: allowed are dns, body and header.NAME", location)
	}
	return nil
}

func (f *Fingerprint) compile() (err error) {
	switch {
	case f.place == placeDNS && f.kind != kindFull:
		return fmt.Errorf("pattern_type of a DNS fingerprint is %.20q: allowed is full", string(f.kind))
	case f.place == placeDNS:
		// Some are names that an answer leads through, which the machine's resolver does not show: they never match.
		if f.address, err = netip.ParseAddr(f.pattern); err != nil && !measurement.Host(f.pattern) || f.address.Zone() != "" {
			return fmt.Errorf("pattern %.50q of a DNS fingerprint is neither an IP address nor a host name", f.pattern)
		}
		f.address = f.address.Unmap()
	case f.kind == kindRegexp && len(f.pattern) > maxExpression:
		return fmt.Errorf("a regular expression has at most %d bytes", maxExpression)
	case f.kind == kindRegexp:
		if f.expression, err = regexp.Compile(f.pattern); err != nil {
			return fmt.Errorf("pattern is not a regular expression in RE2's syntax: %w", err)
		}
	case f.kind == kindContains && len(f.pattern) < minPhrase:
		return fmt.Errorf("pattern %q is shorter than %d bytes, and would match ordinary pages", f.pattern, minPhrase)
	case f.kind == kindFull, f.kind == kindPrefix, f.kind == kindContains:
	default:
		return fmt.Errorf("pattern_type is %.20q: allowed are full, prefix, contains and regexp", string(f.kind))
	}
	return nil
}
