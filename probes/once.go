package probes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/lamplight-net/lamplight/probes/internal/agent"
	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/check/dns"
	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/control"
	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/internal/narrate"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// OnceConfig is what to look at a single time.
type OnceConfig struct {
	URLs     []string // may leave out https://
	List     string   // file with more of them; "" means none
	Risky    bool     // visit also those of a test list that it is dangerous to be seen visiting in many places
	Control  string   // URL of a control to compare with; "" means none
	Parallel uint     // how many sites of a list are looked at at once; 0 means DefaultParallel
}

// DefaultParallel is how many sites of a list are looked at at once. A look at a site 50 ms away takes three quarters of
// a second, most of it spent waiting for a second DNS answer, so that this is some forty sites a second.
const DefaultParallel = 32

// MaxParallel is as many as there may be: each holds some memory and a few connections.
const MaxParallel = 256

// once is a look at many sites.
type once struct {
	vantage *check.Vantage
	panel   *dns.Panel
	outside *control.Client // nil: none
	brief   bool            // a line a site

	mu       sync.Mutex
	out      io.Writer
	progress io.Writer
	tally    *narrate.Tally
	of       int
}

// Once looks at each URL and writes what it saw to out, in plain words; with the URL of a control also what differed
// from what that control saw. Nothing is kept, and without a control nothing is sent to anybody else. The sites of a
// list take a line each, in the order in which they were done, and progress is told how far it is.
func Once(ctx context.Context, cfg OnceConfig, out, progress io.Writer) error {
	urls, left, err := cfg.urls()
	if err != nil {
		return err
	}
	builtIn, err := plan.Default()
	if err != nil {
		return err
	}
	known, err := blockPages()
	if err != nil {
		return err
	}
	o := &once{
		vantage: &check.Vantage{
			Guard: guard.New(), System: &net.Resolver{}, Clock: clock.System{}, Timeouts: check.DefaultTimeouts(),
			Decoy: check.DefaultDecoy, BlockPages: known,
		},
		panel: dns.NewPanel(builtIn.Resolvers, builtIn.Whoami), brief: cfg.List != "",
		out: out, progress: progress, tally: narrate.NewTally(), of: len(urls),
	}
	if cfg.Control != "" {
		if o.outside, err = control.NewClient(cfg.Control, nil, o.vantage.Guard, o.vantage.Roots); err != nil {
			return fmt.Errorf("--control: %w", err)
		}
	}
	if err := left.write(progress); err != nil {
		return fmt.Errorf("write progress: %w", err)
	}
	return o.all(ctx, urls, cfg.parallel())
}

func (cfg OnceConfig) parallel() int {
	switch {
	case cfg.List == "":
		return 1 // who reads along wants them in order
	case cfg.Parallel == 0:
		return DefaultParallel
	}
	return int(min(cfg.Parallel, MaxParallel))
}

func (o *once) all(ctx context.Context, urls []string, parallel int) error {
	start := time.Now()
	looks, looking := errgroup.WithContext(ctx)
	looks.SetLimit(parallel)
	for i, url := range urls {
		if looking.Err() != nil {
			break
		}
		looks.Go(func() error { return o.look(looking, uint32(i+1), url) })
	}
	if err := looks.Wait(); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	if !o.brief {
		return nil
	}
	if err := o.tally.Write(o.out, time.Since(start)); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}

// look looks at one URL. It fails only where nobody takes the result.
func (o *once) look(ctx context.Context, number uint32, url string) error {
	records := agent.Look(ctx, o.vantage, number, plan.Target{URL: url, Class: measurement.ClassForeign}, o.panel)
	var there []measurement.Record
	var absent error
	if o.outside != nil && ctx.Err() == nil {
		there, absent = o.ask(ctx, url, records)
	}
	if ctx.Err() != nil {
		return nil // nobody wants half of a result
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := errors.Join(o.tell(url, records), o.compare(records, there, absent)); err != nil {
		return err
	}
	if done := o.tally.Add(records); o.brief && done%max(1, o.of/10) == 0 && done < o.of {
		_, _ = fmt.Fprintf(o.progress, "%d of %d\n", done, o.of) // nobody needs it
	}
	return nil
}

func (o *once) tell(url string, records []measurement.Record) error {
	if o.brief {
		return narrate.Brief(o.out, url, records)
	}
	return narrate.Look(o.out, url, records)
}

// ask asks the control for the same target, and for the addresses that were connected to.
func (o *once) ask(ctx context.Context, url string, records []measurement.Record) ([]measurement.Record, error) {
	there, err := o.outside.Ask(ctx, []control.Target{{URL: url, Addresses: control.Addresses(records)}})
	if err != nil {
		return nil, err
	}
	return there[0], nil
}

func (o *once) compare(here, there []measurement.Record, absent error) error {
	switch {
	case o.outside == nil:
		return nil
	case absent != nil:
		o.tally.Beside("not compared")
		return narrate.Uncontrolled(o.out, absent)
	}
	verb, err := narrate.Compare(o.out, here, there)
	o.tally.Beside(verb)
	return err
}
