// Package lab is a pretend country on one machine: real resolvers, sites and probes on loopback
// addresses, a clock on which a day passes in minutes, and a script on which the country goes dark.
//
// Lampland (XL) has five networks with 45 volunteers, its neighbor Moorland (XM) two with 15. Each
// volunteer runs the same agent as lamplight-probe, from an address of its own network, and delivers to a
// real gateway. Only the weeks before the stage day are generated, and marked so. The package does not
// know what analysis should find; it needs no privilege, and sends nothing off the machine.
package lab

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/lamplight-net/lamplight/probes/lab/internal/blackout"
	"github.com/lamplight-net/lamplight/probes/lab/internal/scaled"
	"github.com/lamplight-net/lamplight/probes/lab/internal/world"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Lab is one lab. Create it with New, and Run it once.
type Lab struct {
	cfg     Config
	dir     string
	log     *slog.Logger
	clock   *scaled.Clock
	begin   time.Time
	end     time.Time
	acts    []Act
	effects []effect // one for each act
	grid    *blackout.Grid
	border  *blackout.Grid
	staged  chan struct{}
	strain  strain
}

// New returns a lab that does nothing yet, and keeps its probes' state in dir. It fails on settings or a
// script that cannot be staged.
func New(cfg Config, dir string, log *slog.Logger) (*Lab, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	s, err := cfg.readScript()
	if err != nil {
		return nil, err
	}
	begin := beginOf(s.Day, time.Now())
	clock, err := scaled.New(begin, cfg.Scale)
	if err != nil {
		return nil, err
	}
	l := &Lab{
		cfg: cfg, dir: dir, log: log, clock: clock, begin: begin, end: begin.Add(s.Day),
		grid: blackout.NewGrid(), border: blackout.NewGrid(), staged: make(chan struct{}),
		strain: strain{pace: 1},
	}
	for _, scripted := range s.Acts {
		act, effect, err := resolve(scripted, begin)
		if err != nil {
			return nil, fmt.Errorf("--script: %w", err)
		}
		l.acts, l.effects = append(l.acts, act), append(l.effects, effect)
	}
	return l, nil
}

// Network is a network of the lab: what a geolocation database knows of its prefix.
type Network struct {
	Prefix  netip.Prefix
	Country string // user-assigned ISO 3166-1 alpha-2
	ASN     uint32
	Name    string
	Type    measurement.NetworkType
	Probes  int
}

// Networks returns every network of the lab.
func Networks() []Network {
	var out []Network
	for _, n := range world.Networks() {
		out = append(out, Network(n))
	}
	return out
}

// Countries returns the English names of the lab's countries by their codes.
func Countries() map[string]string {
	out := make(map[string]string)
	for _, c := range world.Countries() {
		out[c.Code] = c.Name
	}
	return out
}

// Acts returns what happens on the stage day, in order.
func (l *Lab) Acts() []Act { return l.acts }

// Now returns the lab's time, UTC. It stands at Begin until the stage day begins, and is never later
// than the machine's.
func (l *Lab) Now() time.Time { return l.clock.Now() }

// SleepUntil waits until the lab's time is t, and returns ctx's error if ctx ends before.
func (l *Lab) SleepUntil(ctx context.Context, t time.Time) error { return l.clock.SleepUntil(ctx, t) }

// Begin returns when the stage day begins, in the lab's time.
func (l *Lab) Begin() time.Time { return l.begin }

// End returns when the last of the script is over, in the lab's time.
func (l *Lab) End() time.Time { return l.end }

// Staged returns a channel that closes when the past is delivered and the stage day begins.
func (l *Lab) Staged() <-chan struct{} { return l.staged }

// Run opens the lab's servers, delivers the past to the gateway at this base URL (http, on a loopback
// address), and then lets the stage day happen. When the script is over everything stays as it is, at the
// machine's pace, until ctx ends; then Run returns nil.
func (l *Lab) Run(ctx context.Context, gateway string) error {
	p, err := l.open(ctx, gateway)
	if err != nil {
		return err
	}
	group, running := errgroup.WithContext(ctx)
	for _, serve := range p.servers {
		group.Go(func() error { return serve(running) })
	}
	group.Go(func() error { return l.stage(running, p) })
	if err := group.Wait(); ctx.Err() == nil {
		return err
	}
	return nil
}
