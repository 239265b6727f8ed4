package lab

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	_ "embed"

	"github.com/lamplight-net/lamplight/probes/lab/internal/script"
)

// Config are the settings of a lab.
type Config struct {
	Script      string  `name:"script" help:"File that says what happens to Lampland, and when. Without it: the demo's own story." env:"LAMPLIGHT_LAB_SCRIPT" placeholder:"FILE"`
	Scale       float64 `name:"scale" help:"How many seconds of Lampland's pass in one of yours, from 1 to 600." default:"300" env:"LAMPLIGHT_LAB_SCALE"`
	HistoryDays int     `name:"history-days" help:"Days of generated past before the stage day, from 0 to 60." default:"14" env:"LAMPLIGHT_LAB_HISTORY_DAYS"`
	Seed        uint64  `name:"seed" help:"Another seed makes other volunteers with other habits." default:"1" env:"LAMPLIGHT_LAB_SEED"`
}

// Faster than this, a probe's timeouts would be longer than a bin of the analysis.
const maxScale = 600

// A longer past would take longer to send than anybody waits.
const maxHistoryDays = 60

//go:embed story.txt
var story string

func (c *Config) validate() error {
	if !(c.Scale >= 1 && c.Scale <= maxScale) {
		return fmt.Errorf("--scale %g: must be from 1 to %d", c.Scale, maxScale)
	}
	if c.HistoryDays < 0 || c.HistoryDays > maxHistoryDays {
		return fmt.Errorf("--history-days %d: must be from 0 to %d", c.HistoryDays, maxHistoryDays)
	}
	return nil
}

// readScript reads the script that the settings name.
func (c *Config) readScript() (s script.Script, err error) {
	var text io.Reader = strings.NewReader(story)
	if c.Script != "" {
		file, openErr := os.Open(c.Script)
		if openErr != nil {
			return s, fmt.Errorf("--script: %w", openErr)
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		text = file
	}
	if s, err = script.Parse(text); err != nil {
		return s, fmt.Errorf("--script %s: %w", c.Script, err)
	}
	return s, nil
}

// beginOf returns when a day of this length begins that is over by now, on the full hour: what the
// countries' clocks say matters to the analysis.
func beginOf(day time.Duration, now time.Time) time.Time {
	return now.UTC().Add(-day).Truncate(time.Hour)
}
