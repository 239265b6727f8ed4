// Package agent is a probe that runs: it looks when the plan says so, keeps what it saw until a gateway
// has it, and delivers it.
//
// Measuring and delivering are apart. A probe without a gateway, or without any network at all, measures
// as before. The package keeps no state outside its folder, and many agents run in one process.
package agent

import (
	"context"
)

// Agent is one probe.
type Agent struct{ cfg Config }

// New returns an agent that does nothing yet. It fails on settings that cannot work.
func New(cfg Config) (*Agent, error) {
	return &Agent{cfg: cfg}, nil
}

// Run measures and delivers until ctx ends, and then returns nil. It fails when the state folder cannot
// be used.
func (a *Agent) Run(ctx context.Context) error {
	<-ctx.Done()
	return nil
}
