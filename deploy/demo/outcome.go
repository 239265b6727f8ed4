package demo

import (
	"context"
	"fmt"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// outcome is how the whole story was dealt with.
type outcome struct {
	verdicts []verdict
	strays   []incident.Incident // incidents that are no act's
	busy     []incident.Incident // the same, but made up by a machine too busy to look
}

// err returns what the story ended with: nil, ErrStory, or ErrBusy when all that is wrong may come of a
// machine too busy to look.
func (o *outcome) err() error {
	if o.ok() {
		return nil
	}
	for _, v := range o.verdicts {
		if !v.ok() && !v.busy {
			return ErrStory
		}
	}
	if len(o.strays) > 0 || len(o.verdicts) == 0 {
		return ErrStory
	}
	return ErrBusy
}

// excuse takes what this machine was too busy to see out of the judgment.
func (o *outcome) excuse(blind []Span) {
	for k := range o.verdicts {
		v := &o.verdicts[k]
		if s, ok := blinded(blind, v.act.Begin, v.act.End); ok && !v.ok() {
			v.busy, v.problem = true, fmt.Sprintf("this machine was too busy to look at %s (%s)", hour(s.From), v.problem)
		}
	}
	strays := o.strays
	o.strays = nil
	for _, i := range strays {
		if _, ok := blinded(blind, i.Onset.Earliest, i.Onset.Latest); ok {
			o.busy = append(o.busy, i)
		} else {
			o.strays = append(o.strays, i)
		}
	}
}

func (o *outcome) ok() bool {
	for _, v := range o.verdicts {
		if !v.ok() {
			return false
		}
	}
	return len(o.strays) == 0 && len(o.busy) == 0 && len(o.verdicts) > 0
}

// assess judges what was found, and looks at the page of each incident that counts.
func assess(ctx context.Context, cfg *Config, found []incident.Incident) outcome {
	var o outcome
	o.verdicts, o.strays = judge(cfg.Acts, found)
	for k := range o.verdicts {
		v := &o.verdicts[k]
		if v.act.Expect.Nothing() {
			continue
		}
		for n := range v.incidents {
			err := checkPage(ctx, cfg.Site, &v.incidents[n])
			if err != nil && v.problem == "" {
				v.problem = err.Error()
			}
		}
	}
	o.excuse(cfg.Blind())
	return o
}
