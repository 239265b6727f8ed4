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
	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/internal/narrate"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Once looks at each URL and writes what it saw to w, in plain words. Nothing is kept and nothing is sent
// to anybody else. A URL may leave out https://.
func Once(ctx context.Context, urls []string, w io.Writer) error {
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
	v := &check.Vantage{Guard: guard.New(), System: &net.Resolver{}, Clock: clock.System{}, Timeouts: check.DefaultTimeouts()}
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
	}
	return nil
}
