package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/lamplight-net/lamplight/analysis"
	"github.com/lamplight-net/lamplight/ingest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// storedSettings say which stored looks are judged.
type storedSettings struct {
	Since      moment                  `name:"since" help:"Judge stored looks that began at this time or later." placeholder:"TIME"`
	Until      moment                  `name:"until" help:"Judge those that began before this time. Without it: now." placeholder:"TIME"`
	Country    string                  `name:"country" help:"Judge those of probes in this country alone." placeholder:"CC"`
	Target     string                  `name:"target" help:"Judge those at this URL alone, as the list has it, or of this host name where only resolvers were asked." placeholder:"URL"`
	Within     time.Duration           `name:"within" help:"How far a control's look may be from a probe's." default:"30m"`
	ClickHouse ingest.ClickHouseConfig `embed:""`
	Data       dataSettings            `embed:""`
}

// mostWithin bounds how far apart two looks may be: what is up now may have been down a day ago.
const mostWithin = 6 * time.Hour

// fits returns an error that names the flag of a setting that cannot be, and fills in what was left out.
func (c *storedSettings) fits(files, fingerprints bool, now time.Time) error {
	asked := !c.Since.IsZero() || !c.Until.IsZero() || c.Country != "" || c.Target != ""
	switch {
	case files && asked:
		return errors.New("--since, --until, --country, --target: go with stored looks, not with files: leave out one or the other")
	case files:
		return nil
	case fingerprints:
		return errors.New("--fingerprints: goes with files alone: what is stored was compared by the probes")
	case c.Since.IsZero():
		return errors.New("name files of results, or with --since the time from which on stored looks are judged")
	}
	if c.Until.IsZero() {
		c.Until = moment{now.UTC()}
	}
	if err := atMostAYear(c.Since.Time, c.Until.Time); err != nil {
		return err
	}
	switch {
	case c.Within < time.Minute || c.Within > mostWithin:
		return fmt.Errorf("--within: %v is not between %v and %v", c.Within, time.Minute, mostWithin)
	case c.Country != "" && !measurement.CountryCode(c.Country):
		return fmt.Errorf("--country: %q is not a code like KE", c.Country)
	}
	return nil
}

// storedLine is what is printed of one stored look.
type storedLine struct {
	At        time.Time `json:"at"`
	Country   string    `json:"country"`
	ASN       uint32    `json:"asn"`
	Target    string    `json:"target"`
	Located   bool      `json:"located"` // the gateway has found the probe in this network
	Generated bool      `json:"generated,omitempty"`
	Said
	Control *storedControl `json:"control"` // null when none looked
}

type storedControl struct {
	At      time.Time `json:"at"`
	Country string    `json:"country"`
}

// judge prints what is concluded of each stored look as it is read.
func (c *storedSettings) judge(ctx context.Context, p *process, asJSON bool) (err error) {
	if err := c.Data.fill(ctx, nil, &c.ClickHouse); err != nil {
		return err
	}
	db, err := open(ctx, c.ClickHouse)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	print := printText
	if asJSON {
		print = printJSON
	}
	query := analysis.LookQuery{Since: c.Since.Time, Until: c.Until.Time, Country: c.Country, Target: c.Target, Within: c.Within}
	return print(p.out, func(yield func(storedLine, error) bool) {
		for v, err := range analysis.StoredVerdicts(ctx, db, query) {
			if !yield(newStoredLine(v), err) {
				return
			}
		}
	})
}

func newStoredLine(v analysis.StoredVerdict) storedLine {
	out := storedLine{
		At: v.At, Country: v.Country, ASN: v.ASN, Target: v.Target, Located: v.Located, Generated: v.Generated, Said: newSaid(v.Verdict),
	}
	if v.Control != nil {
		out.Control = &storedControl{v.Control.At, v.Control.Country}
	}
	return out
}

// storedLines yields what is printed, and an error at most once, last.
type storedLines func(yield func(storedLine, error) bool)

// printJSON writes an array, an object a line. It is whole also when there was an error.
func printJSON(out io.Writer, all storedLines) error {
	before, after := "[", "[]\n"
	for line, err := range all {
		if err != nil {
			return errors.Join(err, write(out, after))
		}
		text, err := json.Marshal(line)
		if err == nil {
			err = write(out, before+"\n  "+string(text))
		}
		if err != nil {
			return err
		}
		before, after = ",", "\n]\n"
	}
	return write(out, after)
}

func printText(out io.Writer, all storedLines) error {
	counts, looks, uncontrolled := make(map[string]int), 0, 0
	for line, err := range all {
		if err != nil {
			return err
		}
		looks++
		counts[line.Verdict]++
		control := "none"
		if line.Control == nil {
			uncontrolled++
		} else {
			control = line.Control.Country + ", " + line.Control.At.Format(time.RFC3339)
		}
		text := fmt.Sprintf("%s  %s AS%d  %s\n%s  control: %s\n", line.At.Format(time.RFC3339), line.Country, line.ASN, line.Target, line.text(), control)
		if !line.Located {
			text += "  nobody has found this probe in the network that it declares\n"
		}
		if err := write(out, text); err != nil {
			return err
		}
	}
	return write(out, fmt.Sprintf("%d looks: %d blocked, %d accessible, %d down, %d local, %d inconclusive; %d without a control\n",
		looks, counts["blocked"], counts["accessible"], counts["down"], counts["local"], counts["inconclusive"], uncontrolled))
}

func write(out io.Writer, text string) error {
	_, err := io.WriteString(out, text)
	return err
}
