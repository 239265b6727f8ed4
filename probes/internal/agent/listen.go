package agent

import (
	"context"
	"fmt"
	"os"

	"github.com/lamplight-net/lamplight/probes/internal/subscription"
)

// Listen asks for newer lists until ctx ends, and does nothing else: it looks at nothing and delivers nothing. An agent
// that waits for an agreement to a campaign does so, because a newer list can end the campaign. It fails when the state
// folder cannot be opened.
func (a *Agent) Listen(ctx context.Context) error {
	state, err := os.OpenRoot(a.cfg.State)
	if err != nil {
		return fmt.Errorf("open state folder: %w", err)
	}
	defer state.Close()
	a.meter.Resume(countedToday(state))
	a.client.Remember(state)
	defer a.client.Close()
	a.cfg.Lists.Run(ctx, a.line())
	a.remember(state)
	return nil
}

// line is how lists are asked for: as batches are delivered, and within the day's budget.
func (a *Agent) line() subscription.Line {
	return subscription.Line{
		Client: a.client,
		Hold:   a.cfg.Silence.Wait,
		May:    func() bool { return a.cfg.Budget == 0 || a.meter.Today().Bytes() < a.cfg.Budget },
	}
}
