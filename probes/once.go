package probes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

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

// Once looks at each URL and writes what it saw to w, in plain words; with the URL of a control also what differed
// from what that control saw. Nothing is kept, and without a control ("") nothing is sent to anybody else. A URL may
// leave out https://.
func Once(ctx context.Context, urls []string, at string, w io.Writer) error {
	if len(urls) == 0 {
		return errors.New("name at least one URL, such as https://www.wikipedia.org/")
	}
	builtIn, err := plan.Default()
	if err != nil {
		return err
	}
	for i, url := range urls {
		if !strings.Contains(url, "://") {
			urls[i] = "https://" + url
		}
		if err := measurement.CheckURL(urls[i]); err != nil {
			return err
		}
	}
	known, err := blockPages()
	if err != nil {
		return err
	}
	v := &check.Vantage{
		Guard: guard.New(), System: &net.Resolver{}, Clock: clock.System{}, Timeouts: check.DefaultTimeouts(),
		Decoy: check.DefaultDecoy, BlockPages: known,
	}
	var outside *control.Client
	if at != "" {
		if outside, err = control.NewClient(at, nil, v.Guard, v.Roots); err != nil {
			return fmt.Errorf("--control: %w", err)
		}
	}
	panel := dns.NewPanel(builtIn.Resolvers, builtIn.Whoami)
	for i, url := range urls {
		target := plan.Target{URL: url, Class: measurement.ClassForeign}
		records := agent.Look(ctx, v, uint32(i+1), target, panel)
		select {
		case <-ctx.Done():
			return nil // nobody wants half of a result
		default:
		}
		if err := narrate.Look(w, url, records); err != nil {
			return fmt.Errorf("write result: %w", err)
		}
		if outside == nil {
			continue
		}
		if err := compare(ctx, w, outside, url, records); err != nil {
			return fmt.Errorf("write result: %w", err)
		}
	}
	return nil
}

// compare asks a control for the same target, and for the addresses that were connected to.
func compare(ctx context.Context, w io.Writer, outside *control.Client, url string, records []measurement.Record) error {
	there, err := outside.Ask(ctx, []control.Target{{URL: url, Addresses: control.Addresses(records)}})
	if err != nil {
		return narrate.Uncontrolled(w, err)
	}
	return narrate.Compare(w, records, there[0])
}
