package script

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/probes/lab/internal/names"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Parse reads a script. An error names the line and says what is allowed there.
func Parse(r io.Reader) (Script, error) {
	var p parser
	lines := bufio.NewScanner(io.LimitReader(r, maxBytes+1))
	number, read := 0, 0
	for lines.Scan() {
		number++
		if read += len(lines.Bytes()) + 1; read > maxBytes {
			return Script{}, fmt.Errorf("line %d: a script has at most %d bytes", number, maxBytes)
		}
		text, _, _ := strings.Cut(lines.Text(), "#")
		words := strings.Fields(text)
		if len(words) == 0 {
			continue
		}
		if err := p.statement(words); err != nil {
			return Script{}, fmt.Errorf("line %d: %w", number, err)
		}
	}
	if err := lines.Err(); err != nil {
		return Script{}, fmt.Errorf("line %d: %w", number+1, err)
	}
	if err := p.endAct(); err != nil {
		return Script{}, err
	}
	return p.script, p.script.validate()
}

// parser holds what was read, and the act that is being read.
type parser struct {
	script Script
	act    *Act
}

func (p *parser) statement(words []string) error {
	switch words[0] {
	case "day":
		return p.day(words[1:])
	case "act":
		if err := p.endAct(); err != nil {
			return err
		}
		return p.begin(words[1:])
	}
	if p.act == nil {
		return fmt.Errorf(`%q stands before the first act: expected "day DURATION" or "act TITLE"`, words[0])
	}
	if words[0] == "from" {
		return p.when(words)
	}
	deed, err := parseDeed(words)
	if err != nil {
		return err
	}
	if p.act.Deed != nil {
		return errors.New("an act does one thing: begin another act")
	}
	p.act.Deed = deed
	return nil
}

func (p *parser) day(words []string) error {
	if p.script.Day != 0 || p.act != nil || len(words) != 1 {
		return errors.New(`"day DURATION" stands once, before the first act`)
	}
	day, err := parseOffset(words[0])
	if err == nil && day == 0 {
		err = errors.New("a day lasts longer than nothing")
	}
	p.script.Day = day
	return err
}

func (p *parser) begin(title []string) error {
	if p.script.Day == 0 {
		return errors.New(`"day DURATION" stands before the first act`)
	}
	if len(title) == 0 {
		return errors.New(`an act has a title: "act TITLE"`)
	}
	if len(p.script.Acts) == maxActs {
		return fmt.Errorf("a script has at most %d acts", maxActs)
	}
	p.act = &Act{Title: strings.Join(title, " ")}
	return nil
}

func (p *parser) when(words []string) error {
	if len(words) != 4 || words[2] != "to" || p.act.To != 0 {
		return errors.New(`an act has one line "from DURATION to DURATION"`)
	}
	from, err := parseOffset(words[1])
	if err != nil {
		return err
	}
	to, err := parseOffset(words[3])
	if err != nil {
		return err
	}
	if to <= from || to > p.script.Day {
		return fmt.Errorf("an act ends after it begins, and within the day of %s", p.script.Day)
	}
	if n := len(p.script.Acts); n > 0 && from < p.script.Acts[n-1].To {
		return errors.New("an act begins after the one before it has ended")
	}
	p.act.From, p.act.To = from, to
	return nil
}

// endAct takes the act being read into the script.
func (p *parser) endAct() error {
	if p.act == nil {
		return nil
	}
	if p.act.To == 0 || p.act.Deed == nil {
		return fmt.Errorf(`act %q is not complete: it needs "from DURATION to DURATION" and one of %s`, p.act.Title, deeds)
	}
	p.script.Acts = append(p.script.Acts, *p.act)
	p.act = nil
	return nil
}

const deeds = `"dark COUNTRY [mobile|fixed]", "block HOST in COUNTRY by nxdomain|bogon", "gateway away"`

func parseDeed(words []string) (Deed, error) {
	switch {
	case words[0] == "dark" && len(words) == 2:
		return Dark{Country: words[1]}, nil
	case words[0] == "dark" && len(words) == 3 && (words[2] == "mobile" || words[2] == "fixed"):
		return Dark{Country: words[1], Type: measurement.NetworkType(words[2])}, nil
	case words[0] == "block" && len(words) == 6 && words[2] == "in" && words[4] == "by" &&
		slices.Contains(names.Lies(), names.Lie(words[5])):
		return Block{Host: words[1], Country: words[3], By: names.Lie(words[5])}, nil
	case slices.Equal(words, []string{"gateway", "away"}):
		return GatewayAway{}, nil
	}
	return nil, fmt.Errorf("%q is none of %s", strings.Join(words, " "), deeds)
}

// parseOffset reads a time of the day, as 90m or 1h30m.
func parseOffset(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 || d > maxDay || d%time.Minute != 0 {
		return 0, fmt.Errorf("%q is not a duration in whole minutes, as 1h30m, of at most %s", s, maxDay)
	}
	return d, nil
}
