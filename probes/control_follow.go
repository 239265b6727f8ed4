package probes

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/agent"
	"github.com/lamplight-net/lamplight/probes/internal/list"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/subscription"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// rounds are a control's looks by itself. It follows its list as probes do: what they look at and the control does not
// is compared with nothing.
type rounds struct {
	agent  agent.Config // of every agent, but for what it looks at
	log    *slog.Logger
	within time.Duration

	given  list.List    // what to look at until a list came
	name   string       // of the list that is followed; empty: none is
	trust  list.Trust   // of that list
	signed *list.Signed // the list that was given as a file
}

// looking returns the agent's settings to look at the targets of probes, but without the resolvers of their providers,
// which answer nobody outside.
func (r *rounds) looking(at list.List) agent.Config {
	cfg := r.agent
	cfg.Plan, cfg.Stale = at.Plan, at.Stale
	cfg.Plan.Resolvers = slices.DeleteFunc(slices.Clone(cfg.Plan.Resolvers), func(r plan.Resolver) bool { return r.Class == measurement.ResolverISP })
	return cfg
}

// Run looks and delivers until ctx ends.
func (r *rounds) Run(ctx context.Context) error {
	if r.name == "" {
		return runAgent(ctx, r.looking(r.given), nil)
	}
	if err := os.MkdirAll(r.agent.State, 0o700); err != nil {
		return fmt.Errorf("--state: %w", err)
	}
	state, err := os.OpenRoot(r.agent.State)
	if err != nil {
		return fmt.Errorf("--state: %w", err)
	}
	defer func() { _ = state.Close() }()
	if err := r.keep(state); err != nil {
		return err
	}
	newer := make(chan struct{}, 1)
	lists := subscription.New(subscription.Config{
		State: state, Trust: r.trust, Name: r.name, Within: cmp.Or(r.within, time.Minute), Log: r.log,
		Taken: func() { newer <- struct{}{} }, // which is asked for by one agent at a time, that ends with it
	})
	for ctx.Err() == nil {
		at, err := r.followed(state)
		if err != nil {
			return err
		}
		cfg := r.looking(at)
		cfg.Lists = lists
		if err := runAgent(ctx, cfg, newer); err != nil {
			return err
		}
	}
	return nil
}

// runAgent runs an agent until ctx ends or there is something newer to look at.
func runAgent(ctx context.Context, cfg agent.Config, newer <-chan struct{}) error {
	a, err := agent.New(cfg)
	if err != nil {
		return err
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	go func() {
		select {
		case <-newer:
			end()
		case <-ctx.Done():
		}
	}()
	return a.Run(ctx)
}

// keep puts the list that was given beside what is followed, unless that is a newer issue.
func (r *rounds) keep(state *os.Root) error {
	if r.signed == nil {
		return nil
	}
	shelf, err := r.shelf(state)
	if err != nil {
		return err
	}
	_, err = shelf.Put(*r.signed)
	current, _ := shelf.Current()
	switch same := errors.Is(err, list.ErrSame); {
	case same && current.Tag == r.signed.Tag():
		return nil
	case same:
		return fmt.Errorf("--list: issue %d of list %s is followed already, with other words: give the file that probes have, or let its people raise the serial, "+
			"sign and pack it again; to follow this file all the same, take list.json out of --state", current.Serial, current.Name)
	case errors.Is(err, list.ErrOlder):
		r.log.Warn("the list of --list is older than the one that is followed, which stays", "list", current.Name, "serial", current.Serial)
		return nil
	case err != nil:
		return fmt.Errorf("--list: %w", err)
	}
	return nil
}

// followed returns the list that is followed, and what was given while there is none.
func (r *rounds) followed(state *os.Root) (list.List, error) {
	shelf, err := r.shelf(state)
	if err != nil {
		return list.List{}, err
	}
	if current, ok := shelf.Current(); ok {
		return current, nil
	}
	return r.given, nil
}

// shelf returns where the list lies, or will.
func (r *rounds) shelf(state *os.Root) (*list.Shelf, error) {
	shelf, err := list.OpenShelf(state, r.trust, r.name)
	if err != nil {
		return nil, fmt.Errorf("--state: %w", err)
	}
	return shelf, nil
}
