package agent

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/check/dns"
	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/durable"
	"github.com/lamplight-net/lamplight/probes/internal/identity"
	"github.com/lamplight-net/lamplight/probes/internal/lock"
	"github.com/lamplight-net/lamplight/probes/internal/outbox"
	"github.com/lamplight-net/lamplight/probes/internal/uplink"
	"github.com/lamplight-net/lamplight/probes/internal/upload"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// session is an agent that runs, with all that it opened.
type session struct {
	cfg     Config
	agent   *Agent
	client  *upload.Client
	state   *os.Root
	folder  *os.Root // of the outbox
	unlock  func() error
	id      identity.Identity
	box     *outbox.Outbox
	pin     *upload.Pin
	vantage *check.Vantage
	panel   *dns.Panel
	checks  atomic.Uint32

	clock *toldClock
	watch *clock.Watch // nil where the clock is not the machine's
	room  room
	moved chan struct{} // has a value when the link is not the one that was confirmed

	mu    sync.Mutex
	place place
}

// OutboxFolder is where the outbox is in the state folder.
const OutboxFolder = "outbox"

const lockName = "lock"

func begin(a *Agent) (s *session, err error) {
	s = &session{cfg: a.cfg, agent: a, client: a.client, clock: &toldClock{Clock: a.cfg.Clock}, moved: make(chan struct{}, 1)}
	if _, own := a.cfg.Clock.(clock.System); own {
		s.watch = clock.NewWatch()
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.end())
		}
	}()
	if err := os.MkdirAll(a.cfg.State, 0o700); err != nil {
		return s, fmt.Errorf("make state folder: %w", err)
	}
	if s.state, err = os.OpenRoot(a.cfg.State); err != nil {
		return s, fmt.Errorf("open state folder: %w", err)
	}
	if s.unlock, err = lock.Take(s.state, lockName); err != nil {
		return s, err
	}
	if a.cfg.Identity != nil {
		s.id = *a.cfg.Identity
	} else if s.id, err = identity.Open(s.state); err != nil {
		return s, err
	}
	a.meter.Resume(countedToday(s.state))
	if s.pin, err = upload.NewPin(a.client, s.state, a.cfg.GatewayKey); err != nil {
		return s, err
	}
	if err := s.state.MkdirAll(OutboxFolder, 0o700); err != nil {
		return s, fmt.Errorf("make outbox folder: %w", err)
	}
	// What the outbox makes durable is in its folder, and the folder's name is in this one.
	if err := durable.SyncFolder(s.state, "."); err != nil {
		return s, err
	}
	if s.folder, err = s.state.OpenRoot(OutboxFolder); err != nil {
		return s, fmt.Errorf("open outbox folder: %w", err)
	}
	s.box, err = outbox.Open(s.folder, outbox.Config{
		Identity: s.id, Software: a.cfg.Software, Clock: s.clock, Log: a.cfg.Log,
	})
	if err != nil {
		return s, err
	}
	if key := s.pin.Known(); key != nil {
		if err := s.sealTo(key); err != nil {
			return s, err
		}
	}
	s.client.Remember(s.state)
	if s.cfg.Uplink == nil {
		secret := s.id.LinkSecret()
		s.cfg.Uplink = func() string { return uplink.Mark(secret) }
	}
	s.vantage = &check.Vantage{
		Guard: a.cfg.Guard.Counted(s.agent.meter), System: s.resolver(), Roots: a.cfg.Roots, Decoy: cmp.Or(a.cfg.Decoy, check.DefaultDecoy), BlockPages: a.cfg.BlockPages,
		Clock: s.clock, Timeouts: a.cfg.Timeouts,
		Link: a.cfg.Link,
	}
	s.panel = dns.NewPanel(a.cfg.Plan.Resolvers, a.cfg.Plan.Whoami)
	s.place = s.lastPlace()
	return s, nil
}

// sealTo tells the outbox to whom to seal.
func (s *session) sealTo(gateway ed25519.PublicKey) error {
	key, err := measurement.NewSealKey(gateway)
	if err != nil {
		return fmt.Errorf("the gateway's key: %w", err)
	}
	s.box.SealTo(key)
	return nil
}

// resolver is the machine's, or the one that stands in for it.
func (s *session) resolver() *net.Resolver {
	if !s.cfg.System.IsValid() {
		// The hook counts where Go resolves; where the system does, nobody can.
		return &net.Resolver{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return s.agent.meter.Conn(conn), nil
		}}
	}
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return s.vantage.Guard.Dial(ctx, network, s.cfg.System)
	}}
}

// run measures and delivers until ctx ends.
func (s *session) run(ctx context.Context) {
	s.cfg.Log.Info("probe started", "software", s.cfg.Software, "targets", len(s.cfg.Plan.Targets))
	if s.cfg.Silence.Wait(ctx) == nil { // a pause lasts through a restart, and not even a gateway is asked
		s.where(ctx)
	}
	courier := upload.Courier{
		Client: s.client, Box: s.box, Backoff: s.cfg.Backoff, Key: s.pin.Key, Log: s.cfg.Log,
		Hold:   s.cfg.Silence.Wait,
		Told:   func(trouble string) { s.agent.board.told(s.clock.Now(), trouble) },
		Wanted: s.agent.hear,
	}
	var work sync.WaitGroup
	work.Go(func() { courier.Run(ctx) })
	work.Go(func() { s.seal(ctx) })
	work.Go(func() { s.relocate(ctx, s.where) })
	if s.cfg.Lists != nil {
		work.Go(func() { s.cfg.Lists.Run(ctx, s.agent.line()) })
	}
	work.Go(func() { s.measure(ctx) })
	work.Wait()
	s.client.Close()
	s.emptyRoom()
	s.agent.remember(s.state)
	s.cfg.Log.Info("probe stopped", "waiting", s.box.Stats().Waiting, "held", s.room.count())
}

// end closes what was opened. The outbox's open unit is closed at the next start.
func (s *session) end() error {
	var errs []error
	if s.box != nil {
		errs = append(errs, s.box.Close())
	}
	if s.folder != nil {
		errs = append(errs, s.folder.Close())
	}
	if s.unlock != nil {
		errs = append(errs, s.unlock())
	}
	if s.state != nil {
		errs = append(errs, s.state.Close())
	}
	return errors.Join(errs...)
}
