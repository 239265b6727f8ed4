package lab

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"github.com/lamplight-net/lamplight/probes/lab/internal/names"
)

// stage delivers the past, and then lets the day happen until ctx ends.
func (l *Lab) stage(ctx context.Context, p *premises) error {
	everybody, err := volunteers(l.cfg.Seed)
	if err != nil {
		return err
	}
	if err := l.bringPast(ctx, p, everybody); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, v := range everybody {
		group.Go(func() error { return l.live(ctx, p, v) })
	}
	group.Go(func() error { return l.perform(ctx, p) })
	group.Go(func() error {
		l.conduct(ctx, p)
		return nil
	})
	l.clock.Start()
	close(l.staged)
	l.log.Info("stage day begins", "lab_time", l.Now(), "probes", len(everybody))
	return group.Wait()
}

// perform carries out the acts at their times.
func (l *Lab) perform(ctx context.Context, p *premises) error {
	for i, act := range l.acts {
		if err := l.clock.SleepUntil(ctx, act.Begin); err != nil {
			return err
		}
		if err := l.apply(p, l.effects[i]); err != nil {
			return err
		}
		l.log.Info("act begins", "act", act.Title, "lab_time", act.Begin)
		if err := l.clock.SleepUntil(ctx, act.End); err != nil {
			return err
		}
		if err := l.apply(p, effect{}); err != nil {
			return err
		}
		l.log.Info("act ends", "act", act.Title, "lab_time", act.End)
	}
	return nil
}

// apply makes the lab's network be as an effect says, and otherwise as always.
func (l *Lab) apply(p *premises, e effect) error {
	for _, r := range p.resolvers {
		var lies map[string]names.Lie
		if r.country == e.liars {
			lies = e.lies
		}
		r.Lie(lies)
	}
	return errors.Join(l.grid.Cut(e.cut...), l.border.Cut(e.cutBorder...))
}
