package probes

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Limits of a list of sites to look at once.
const (
	maxOnceBytes = 4 << 20
	maxOnceURLs  = 10_000
)

// urls returns what to look at, whole URLs all of them.
func (cfg OnceConfig) urls() ([]string, error) {
	var out []string
	for _, text := range cfg.URLs {
		url, err := whole(text)
		if err != nil {
			return nil, err
		}
		out = append(out, url)
	}
	if cfg.List != "" {
		listed, err := readURLs(cfg.List)
		if err != nil {
			return nil, fmt.Errorf("--list: %w", err)
		}
		out = append(out, listed...)
	}
	if len(out) == 0 {
		return nil, errors.New("name at least one URL, such as https://www.wikipedia.org/")
	}
	if len(out) > maxOnceURLs {
		return nil, fmt.Errorf("%d sites are more than the %d that one run looks at: cut the list", len(out), maxOnceURLs)
	}
	return out, nil
}

// readURLs reads a URL a line, or the first column of a test list in Citizen Lab's format.
func readURLs(name string) ([]string, error) {
	text, err := readUpTo(name, maxOnceBytes)
	if err != nil {
		return nil, err
	}
	lines := everyLine
	if bytes.HasPrefix(text, []byte("url,")) {
		lines = firstColumn
	}
	var out []string
	for number, line := range lines(text) {
		url, err := whole(line)
		if err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", name, number, err)
		}
		out = append(out, url)
	}
	return out, nil
}

// everyLine yields the lines that say something, with their numbers.
func everyLine(text []byte) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		number := 0
		for line := range bytes.Lines(text) {
			number++
			said := strings.TrimSpace(string(line))
			if said != "" && !strings.HasPrefix(said, "#") && !yield(number, said) {
				return
			}
		}
	}
}

// firstColumn yields the first column of a table below its head, with line numbers. A row that is none is yielded
// as it is, and refused as a URL.
func firstColumn(text []byte) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		table := csv.NewReader(bytes.NewReader(text))
		table.FieldsPerRecord = -1
		for row, err := table.Read(); !errors.Is(err, io.EOF); row, err = table.Read() {
			if err != nil {
				bad, _ := errors.AsType[*csv.ParseError](err)
				yield(bad.Line, "a row that is not CSV")
				return
			}
			if line, _ := table.FieldPos(0); line > 1 && !yield(line, row[0]) {
				return
			}
		}
	}
}

// whole returns a URL with its scheme.
func whole(text string) (string, error) {
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	return text, measurement.CheckURL(text)
}
