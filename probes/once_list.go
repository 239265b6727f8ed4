package probes

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/lamplight-net/lamplight/probes/internal/list"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Limits of a list of sites to look at once.
const (
	maxOnceBytes = 4 << 20
	maxOnceURLs  = 10_000
)

// leftOut counts the rows of a test list that are not looked at.
type leftOut struct{ risky, unfit int }

// write says how many there are, and why.
func (l leftOut) write(w io.Writer) error {
	if l.risky+l.unfit == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "Left out of the list: %d that it is dangerous in many places to be seen visiting (--risky visits them), %d that no probe may look at\n", l.risky, l.unfit)
	return err
}

// urls returns what to look at, whole URLs all of them.
func (cfg OnceConfig) urls() ([]string, leftOut, error) {
	var out []string
	var left leftOut
	for _, text := range cfg.URLs {
		url, err := whole(text)
		if err != nil {
			return nil, left, err
		}
		out = append(out, url)
	}
	if cfg.List != "" {
		listed, without, err := readURLs(cfg.List, cfg.Risky)
		if err != nil {
			return nil, left, fmt.Errorf("--list: %w", err)
		}
		out, left = append(out, listed...), without
	}
	switch {
	case len(out) == 0 && left.risky > 0:
		return nil, left, errors.New("--list: in many places it is dangerous to be seen visiting any of these sites: --risky visits them")
	case len(out) == 0 && cfg.List != "":
		return nil, left, errors.New("--list: there is no site in it: write a URL a line, or give a test list with a column url")
	case len(out) == 0:
		return nil, left, errors.New("name at least one URL, such as https://www.wikipedia.org/")
	case len(out) > maxOnceURLs:
		return nil, left, fmt.Errorf("%d sites are more than the %d that one run looks at: cut the list", len(out), maxOnceURLs)
	}
	return out, left, nil
}

// readURLs reads a URL a line, or a test list in Citizen Lab's format. Whoever wrote lines meant each of them; of a test
// list that others made, what is no target of a probe is left out, and what is risky unless it is asked for.
func readURLs(name string, risky bool) ([]string, leftOut, error) {
	text, err := readUpTo(name, maxOnceBytes)
	if err != nil {
		return nil, leftOut{}, err
	}
	if bytes.HasPrefix(text, []byte("url,")) {
		urls, left, err := readTable(text, risky)
		if err != nil {
			return nil, left, fmt.Errorf("%s: %w", name, err)
		}
		return urls, left, nil
	}
	var out []string
	for number, line := range everyLine(text) {
		url, err := whole(line)
		if err != nil {
			return nil, leftOut{}, fmt.Errorf("%s, line %d: %w", name, number, err)
		}
		out = append(out, url)
	}
	return out, leftOut{}, nil
}

// readTable reads a test list, whose first column is the URL.
func readTable(text []byte, risky bool) (urls []string, left leftOut, err error) {
	table := csv.NewReader(bytes.NewReader(text))
	table.FieldsPerRecord = -1
	category := -1
	for row, err := table.Read(); !errors.Is(err, io.EOF); row, err = table.Read() {
		if err != nil {
			return nil, left, err // which names the line
		}
		if line, _ := table.FieldPos(0); line == 1 {
			category = slices.Index(row, "category_code")
			continue
		}
		url, err := whole(row[0])
		switch {
		case err != nil || plan.CheckTarget(url) != nil:
			left.unfit++
		case !risky && category >= 0 && (category >= len(row) || list.Risky(row[category])):
			left.risky++
		default:
			urls = append(urls, url)
		}
	}
	return urls, left, nil
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

// whole returns a URL with its scheme.
func whole(text string) (string, error) {
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	return text, measurement.CheckURL(text)
}
