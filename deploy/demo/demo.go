// Package demo tells the story of a pretend country that goes dark, and judges whether it was found.
//
// It is the audience, not the stage: what happens, and the programs that watch it, are the lab's and the
// rooms' own. It knows them only through what it is given, reads what they concluded as any reader does,
// and never helps them.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// Config is what the story needs.
type Config struct {
	// Out takes the narration.
	Out io.Writer
	// Opening says in a sentence or two who is on the stage.
	Opening   string
	Countries map[string]string // English names by code
	Acts      []Act
	// End is when the day on the stage is over, in the stage's time.
	End time.Time
	// Now and SleepUntil are the stage's clock.
	Now        func() time.Time
	SleepUntil func(context.Context, time.Time) error
	// Staged closes when the day begins.
	Staged <-chan struct{}
	// Site is the base URL of the site.
	Site string
	// Incidents returns the latest revision of every incident, the newest onset first, withdrawn ones
	// included.
	Incidents func(context.Context) ([]incident.Incident, error)
	// Report imports a list of reports in Access Now's CSV.
	Report func(context.Context, []byte) error
	// Pace is how fast the day goes, as a share of what was asked for, 0 while it waits. Blind is when this
	// machine was too busy for the probes, in the stage's time.
	Pace  func() float64
	Blind func() []Span
	// Once ends the demo with the story.
	Once bool
}

const (
	watchEvery = 500 * time.Millisecond
	// patience is how long after the end of the day the last conclusions may take, in the machine's time.
	patience = 30 * time.Second
	// settle is how long to watch for a wrong conclusion of the last act, in the machine's time.
	settle = 5 * time.Second
)

// ErrStory says that something that happened was not found, linked and shown, or that something was found
// that did not happen.
var ErrStory = errors.New("the story was not told right: see the table")

// Run tells the story until it is over, and prints a verdict on each act. With Once it then returns: nil,
// ErrStory or ErrBusy. Without, it waits for ctx to end first. It returns nil when ctx ends, and ErrBusy when
// the day cannot go on.
func Run(ctx context.Context, cfg Config) error {
	if err := run(ctx, &cfg); ctx.Err() == nil {
		return err
	}
	return nil
}

func run(ctx context.Context, cfg *Config) error {
	t := newTeller(cfg.Out, cfg.Now)
	t.say("%s", cfg.Opening)
	select {
	case <-cfg.Staged:
	case <-ctx.Done():
		return ctx.Err()
	}
	t.say("The day begins. Look around: %s", cfg.Site)
	group, telling := errgroup.WithContext(ctx)
	group.Go(func() error { return announce(telling, cfg, t) })
	var told outcome
	group.Go(func() (err error) {
		told, err = watch(telling, cfg, t)
		return err
	})
	if err := group.Wait(); err != nil {
		return err
	}
	t.table(told)
	if cfg.Once {
		return told.err()
	}
	if errors.Is(told.err(), ErrBusy) {
		t.say("Note: %v.", ErrBusy)
	}
	t.say("The story is over, the country lives on. Look around at %s; Ctrl-C ends it.", cfg.Site)
	<-ctx.Done()
	return ctx.Err()
}

// watch tells what is found, and returns the outcome some time after the day is over.
func watch(ctx context.Context, cfg *Config, t *teller) (outcome, error) {
	w := newWatcher(cfg.Site, cfg.Acts)
	var pacing pacing
	var over time.Time // the machine's time at which the day was over
	for {
		found, err := cfg.Incidents(ctx)
		if err != nil {
			return outcome{}, fmt.Errorf("watch incidents: %w", err)
		}
		line, err := pacing.news(cfg.Pace(), time.Now())
		if err != nil {
			return outcome{}, err
		}
		if line != "" {
			t.say("%s", line)
		}
		t.sayAll(w.news(found, cfg.Blind(), cfg.Now()))
		if cfg.Now().After(cfg.End) {
			if over.IsZero() {
				over = time.Now()
			}
			o := assess(ctx, cfg, found)
			if since := time.Since(over); since > patience || since > settle && o.ok() {
				return o, nil
			}
		}
		if err := sleep(ctx, watchEvery); err != nil {
			return outcome{}, err
		}
	}
}

// announce says what happens when it does, and brings the news of it to the report list afterwards.
func announce(ctx context.Context, cfg *Config, t *teller) error {
	for n, a := range cfg.Acts {
		if err := cfg.SleepUntil(ctx, a.Begin); err != nil {
			return err
		}
		t.say("HAPPENS: %s.", a.Title)
		if err := cfg.SleepUntil(ctx, a.End); err != nil {
			return err
		}
		t.say("HAPPENS: that is over, after %s.", minutes(a.End.Sub(a.Begin)))
		if a.Expect.Nothing() {
			continue
		}
		list, err := reportList(cfg.Acts[:n+1], cfg.Countries)
		if err != nil {
			return fmt.Errorf("write reports: %w", err)
		}
		if err := cfg.Report(ctx, list); err != nil && ctx.Err() == nil {
			return fmt.Errorf("import reports: %w", err)
		}
		t.say("The press reports it, and the list of reports is imported.")
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
