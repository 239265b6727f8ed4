package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/analysis"
	"github.com/lamplight-net/lamplight/ingest"
	"github.com/lamplight-net/lamplight/probes"
)

type verdictCommand struct {
	Files []string `arg:"" optional:"" help:"Results of OONI's Web Connectivity, in JSON, one after the other or alone, packed with gzip or not. Without any: the looks that are stored, since --since." placeholder:"FILE"`
	fingerprintSettings
	storedSettings
	JSON bool `name:"json" help:"Print an array of objects instead of text."`
}

// fingerprintSettings is what is known of block pages beside what every probe knows.
type fingerprintSettings struct {
	Fingerprints []string `name:"fingerprints" help:"List of block pages in OONI's CSV format, beside those that every probe knows; may be repeated." placeholder:"FILE"`
}

func (s fingerprintSettings) recognizer() (func(http.Header, []byte) string, error) {
	return probes.BlockPages(s.Fingerprints...)
}

// verdictLine is what is printed of one result.
type verdictLine struct {
	File  string `json:"file"`
	Input string `json:"input"`
	Said
}

// Said is what is printed of a verdict.
type Said struct {
	Verdict string         `json:"verdict"`
	Blocked *bool          `json:"blocked"` // null when it is not known
	How     []analysis.How `json:"how"`
	Reason  string         `json:"reason"`
	Rules   []string       `json:"rules"`
}

// Run prints what is concluded of each result in files, or of each stored look.
func (c *verdictCommand) Run(ctx context.Context, p *process) error {
	if err := c.fits(len(c.Files) > 0, len(c.Fingerprints) > 0, time.Now()); err != nil {
		return err
	}
	if len(c.Files) == 0 {
		return c.judge(ctx, p, c.JSON)
	}
	return c.read(ctx, p)
}

// read judges files. One that cannot be read costs no other: it is told of at the end.
func (c *verdictCommand) read(ctx context.Context, p *process) error {
	blockPage, err := c.recognizer()
	if err != nil {
		return err
	}
	lines := []verdictLine{}
	var failed []error
	for _, file := range c.Files {
		for look, err := range ingest.ReadOONI(ctx, file, blockPage) {
			if err != nil {
				failed = append(failed, err)
				continue
			}
			line := newVerdictLine(file, look)
			if !c.JSON {
				p.printf("%s", line.text())
				continue
			}
			lines = append(lines, line)
		}
	}
	if c.JSON {
		encoder := json.NewEncoder(p.out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		failed = append(failed, encoder.Encode(lines))
	}
	return errors.Join(failed...)
}

func newVerdictLine(file string, look ingest.Look) verdictLine {
	line := verdictLine{File: file, Input: look.Input, Said: Said{How: []analysis.How{}, Rules: []string{}}}
	if look.Skipped != "" {
		line.Verdict, line.Reason = "skipped", "Not a result of Web Connectivity that can be judged: "+look.Skipped+"."
		return line
	}
	line.Said = newSaid(analysis.Judge(analysis.Look{
		Probe: look.Probe, Control: look.Control, ASN: func(a netip.Addr) uint32 { return look.Networks[a] },
	}))
	return line
}

func (l *verdictLine) text() string { return fmt.Sprintf("%s  %s\n%s", l.File, l.Input, l.Said.text()) }

func newSaid(v analysis.Verdict) Said {
	out := Said{Verdict: string(v.Class), How: []analysis.How{}, Reason: v.Reason, Rules: v.Rules}
	if v.How != nil {
		out.How = v.How
	}
	if blocked, known := v.Blocked(); known {
		out.Blocked = &blocked
	}
	return out
}

func (s *Said) text() string {
	var how []string
	for _, h := range s.How {
		how = append(how, string(h))
	}
	verdict := s.Verdict
	if len(how) > 0 {
		verdict += " (" + strings.Join(how, ", ") + ")"
	}
	out := fmt.Sprintf("  %s\n  %s\n", verdict, s.Reason)
	if len(s.Rules) > 0 {
		out += "  rules: " + strings.Join(s.Rules, ", ") + "\n"
	}
	return out
}
