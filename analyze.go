package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/lamplight-net/lamplight/analysis"
	"github.com/lamplight-net/lamplight/ingest"
)

type analyzeCommand struct {
	analysis.AnalyzerConfig
	Since      moment                  `name:"since" help:"Conclude events that were not over before this time. Without it: as far back as --reopen says." placeholder:"TIME"`
	Until      moment                  `name:"until" help:"Look at data up to this time. Without it: now, less --settle." placeholder:"TIME"`
	Loop       bool                    `name:"loop" help:"Look again and again until interrupted."`
	ClickHouse ingest.ClickHouseConfig `embed:""`
	Operator   operatorSettings        `embed:""`
	Data       dataSettings            `embed:""`
}

// Run analyzes once and says what it revised, or with --loop until ctx ends.
func (c *analyzeCommand) Run(ctx context.Context, p *process) (err error) {
	if c.Loop && (!c.Since.IsZero() || !c.Until.IsZero()) {
		return errors.New("--loop looks at the present: leave out --since and --until")
	}
	since, until, err := c.span(time.Now())
	if err != nil {
		return err
	}
	if err := errors.Join(c.Validate(), c.Operator.Validate()); err != nil {
		return err
	}
	if err := c.Data.fill(ctx, nil, &c.ClickHouse); err != nil {
		return err
	}
	db, err := open(ctx, c.ClickHouse)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	analyzer, err := analysis.NewAnalyzer(c.AnalyzerConfig, db, p.log, p.metrics)
	if err != nil {
		return err
	}
	if c.Loop {
		return together(ctx, analyzer.Run, c.Operator.serve(p))
	}
	saved, err := analyzer.Analyze(ctx, since, until)
	for _, i := range saved {
		end := "goes on"
		if i.End != nil {
			end = "until " + i.End.Best.Format(time.RFC3339)
		}
		p.printf("%s  revision %d  %s  %s in %s  from %s  %s  probability of a shutdown %.2f\n",
			i.ID, i.Revision, i.State, i.Type, i.PlaceName, i.Onset.Best.Format(time.RFC3339), end, i.Shutdown.Probability)
	}
	if err != nil {
		return err
	}
	p.printf("%d revisions from %s to %s\n", len(saved), since.Format(time.RFC3339), until.Format(time.RFC3339))
	looks, err := analyzer.Verdicts(ctx, since, until)
	p.printf("%d looks judged\n", looks)
	return err
}

// earliest is the first day of which anybody has series.
var earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// longest bounds what is looked at in one go: every bin of it, of every place, is held in memory.
const longest = 366 * 24 * time.Hour

// span returns what to look at.
func (c *analyzeCommand) span(now time.Time) (since, until time.Time, err error) {
	until = now.UTC().Add(-c.Settle)
	if !c.Until.IsZero() {
		until = c.Until.Time
	}
	since = until.Add(-c.Reopen)
	if !c.Since.IsZero() {
		since = c.Since.Time
	}
	if !c.Since.IsZero() && since.Before(earliest) {
		return since, until, fmt.Errorf("--since %s: there is nothing to analyze before 2000-01-01", since.Format(time.RFC3339))
	}
	if !c.Until.IsZero() && until.Before(earliest) {
		return since, until, fmt.Errorf("--until %s: there is nothing to analyze before 2000-01-01", until.Format(time.RFC3339))
	}
	return since, until, atMostAYear(since, until)
}

// atMostAYear returns an error that names the flags of a time that is none, or too much for one go.
func atMostAYear(since, until time.Time) error {
	if until.Sub(since) > longest {
		return fmt.Errorf("--since %s is more than a year before --until %s: take a year at a time", since.Format(time.RFC3339), until.Format(time.RFC3339))
	}
	if !since.Before(until) {
		return fmt.Errorf("--since %s is not before --until %s", since.Format(time.RFC3339), until.Format(time.RFC3339))
	}
	return nil
}

// moment is a time as people give it.
type moment struct{ time.Time }

// UnmarshalText reads a date, which is UTC, or a time as in RFC 3339.
func (m *moment) UnmarshalText(text []byte) (err error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if m.Time, err = time.Parse(layout, string(text)); err == nil {
			m.Time = m.UTC()
			return nil
		}
	}
	return fmt.Errorf("%q is not a time like 2026-03-01 or 2026-03-01T04:00:00Z", text)
}

type evaluateCommand struct {
	Folder string `arg:"" help:"Folder with labels.csv and the series files that it names." type:"existingdir" placeholder:"DIR"`
	JSON   bool   `name:"json" help:"Print an array of rows instead of a table."`
}

// Run prints how detection does on the folder.
func (c *evaluateCommand) Run(ctx context.Context, p *process) error {
	return analysis.Evaluate(ctx, os.DirFS(c.Folder), p.out, c.JSON)
}
