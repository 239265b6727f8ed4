package main

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/probes"
)

type controlCommand struct {
	probes.ControlConfig
	Operator operatorSettings `embed:""`
}

// Run answers probes that want to compare, until ctx ends.
func (c *controlCommand) Run(ctx context.Context, p *process) error {
	control, err := probes.NewControl(c.ControlConfig, versionOf(), p.log)
	if err != nil {
		return err
	}
	if err := countControl(p, control); err != nil {
		return err
	}
	return together(ctx, control.Run, c.Operator.serve(p))
}

// controlMetrics is what the names of a control's counts begin with.
const controlMetrics = "lamplight_control_"

// countControl shows a control's counts to its operator.
func countControl(p *process, control *probes.Control) error {
	for name, count := range control.Counts() {
		if err := p.metrics.Register(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: controlMetrics + name, Help: controlHelp[name],
		}, func() float64 { return float64(count()) })); err != nil {
			return err
		}
	}
	return nil
}

// controlHelp says what each count is of.
var controlHelp = map[string]string{
	"requests_total": "Requests, refused ones included.",
	"refused_total":  "Requests that were refused: bad, over a limit, or while busy.",
	"targets_total":  "Targets asked for.",
	"looks_total":    "Looks taken, at sites and at further addresses of them.",
	"kept_total":     "Looks that were answered from what is kept.",
	"limited_total":  "Looks not taken because a site, a network or all had been looked at enough.",
}
