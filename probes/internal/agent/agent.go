// Package agent is a probe that runs: it looks when the plan says so, keeps what it saw until a gateway
// has it, and delivers it.
//
// Measuring and delivering are apart. A probe without a gateway, or without any network at all, measures
// as before. The package keeps no state outside its folder, and many agents run in one process.
package agent

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/meter"
	"github.com/lamplight-net/lamplight/probes/internal/silence"
	"github.com/lamplight-net/lamplight/probes/internal/upload"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Agent is one probe.
type Agent struct {
	cfg    Config
	client *upload.Client
	meter  *meter.Meter
	wants  wants
	tempo  tempo
	board  board
}

// New returns an agent that does nothing yet. It fails on settings that cannot work.
func New(cfg Config) (*Agent, error) {
	cfg = cfg.withDefaults()
	if cfg.State == "" {
		return nil, errors.New("no state folder is given")
	}
	if err := cfg.Plan.Validate(); err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	if err := cfg.tryHeader(); err != nil {
		return nil, err
	}
	count := meter.New(cfg.Clock.Now)
	client, err := upload.NewClient(upload.Config{
		Gateways: append([]string{cfg.Gateway}, cfg.Mirrors...), Proxy: cfg.Proxy, DoH: cfg.DoH,
		Guard: cfg.Guard.Counted(count), Roots: cfg.Roots, Exchange: cfg.Exchange, Class: string(cfg.NetworkType),
	})
	if err != nil {
		return nil, err
	}
	return &Agent{cfg: cfg, client: client, meter: count, tempo: newTempo(len(cfg.Plan.Targets))}, nil
}

// Run measures and delivers until ctx ends, and then returns nil. It fails when the state folder cannot
// be used, or is in use by another agent.
func (a *Agent) Run(ctx context.Context) error {
	s, err := begin(a)
	if err != nil {
		return fmt.Errorf("start probe: %w", err)
	}
	a.board.run(s)
	s.run(ctx)
	a.board.run(nil)
	return s.end()
}

func (c Config) withDefaults() Config {
	c.Plan = c.Plan.WithDefaults()
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	if c.Timeouts == (check.Timeouts{}) {
		c.Timeouts = check.DefaultTimeouts()
	}
	if c.NetworkType == "" {
		c.NetworkType = measurement.NetworkUnknown
	}
	if c.Silence == nil {
		c.Silence = silence.New(c.Clock)
	}
	if c.Zone == nil {
		c.Zone = time.Local
	}
	if c.SealEvery == 0 {
		c.SealEvery = DefaultSealEvery
	}
	if c.Exchange == 0 {
		c.Exchange = upload.DefaultExchange
	}
	if c.Backoff == (upload.Backoff{}) {
		c.Backoff = upload.DefaultBackoff()
	}
	return c
}

// tryHeader makes a batch as the agent will, so that a setting that no reader would take is found now.
func (c Config) tryHeader() error {
	network := c.unknownNetwork()
	if c.Network != nil {
		network = *c.Network
	}
	header := measurement.Header{
		Schema: measurement.SchemaVersion, Software: c.Software, Plan: c.Plan.Version, CreatedAt: time.Unix(0, 0), Network: network,
	}
	beat := measurement.Record{Kind: measurement.KindBeat, MeasuredAt: time.Unix(0, 0), Beat: &measurement.Beat{}}
	_, err := measurement.Encode(header, []measurement.Record{beat})
	return err
}

func (c Config) unknownNetwork() measurement.Network {
	return measurement.Network{Country: "ZZ", Type: c.NetworkType}
}
