package demo

import (
	"context"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// outcome is how the whole story was dealt with.
type outcome struct {
	verdicts []verdict
	strays   []incident.Incident // incidents that are no act's
}

func (o *outcome) ok() bool {
	for _, v := range o.verdicts {
		if !v.ok() {
			return false
		}
	}
	return len(o.strays) == 0 && len(o.verdicts) > 0
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
	return o
}
