package lab

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/lamplight-net/lamplight/probes/internal/agent"
	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/outbox"
	"github.com/lamplight-net/lamplight/probes/internal/upload"
	"github.com/lamplight-net/lamplight/probes/lab/internal/history"
	"github.com/lamplight-net/lamplight/probes/lab/internal/world"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const (
	// pastTargetEvery is how often sites were looked at in the past: enough to know that they were well,
	// few enough that two weeks of sixty volunteers are sent within half a minute.
	pastTargetEvery = 3 * time.Hour
	// atOnce bounds how many volunteers deliver their past at a time.
	atOnce = 8
	// lookEvery is how often it is asked whether an outbox is empty, in the machine's time.
	lookEvery = 20 * time.Millisecond
)

// quiet is the log of volunteers: what many of them have to say, the story says better.
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// bringPast makes up everybody's past and delivers it to the gateway. A machine that is switched off when
// the day begins has delivered, too.
func (l *Lab) bringPast(ctx context.Context, p *premises, everybody []volunteer) error {
	if l.cfg.HistoryDays == 0 {
		return nil
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, v := range everybody {
		group.Go(func() error {
			if err := l.bringPastOf(ctx, p, v); err != nil {
				return fmt.Errorf("past of probe %d in %s: %w", v.number, v.network.Name, err)
			}
			return nil
		})
	}
	return group.Wait()
}

// bringPastOf uses the folders that the volunteer's agent will use: it goes on with the same chain.
func (l *Lab) bringPastOf(ctx context.Context, p *premises, v volunteer) (err error) {
	closing := func(close func() error) { err = errors.Join(err, close()) }
	if err := os.MkdirAll(filepath.Join(l.stateOf(v), agent.OutboxFolder), 0o700); err != nil {
		return err
	}
	state, err := os.OpenRoot(l.stateOf(v))
	if err != nil {
		return err
	}
	defer closing(state.Close)
	folder, err := state.OpenRoot(agent.OutboxFolder)
	if err != nil {
		return err
	}
	defer closing(folder.Close)
	client, err := upload.NewClient(upload.Config{Gateways: []string{p.gateway}, Guard: v.guard, Roots: p.roots, Exchange: upload.DefaultExchange})
	if err != nil {
		return err
	}
	defer client.Close()
	pin, err := upload.NewPin(client, state, nil)
	if err != nil {
		return err
	}
	key, err := sealKey(ctx, pin)
	if err != nil {
		return err
	}
	begin := l.Now()
	if err := l.pastOf(p, v).Write(folder, key, begin.AddDate(0, 0, -l.cfg.HistoryDays), begin, quiet()); err != nil {
		return err
	}
	box, err := outbox.Open(folder, outbox.Config{Identity: v.identity, Software: software, Clock: l.clock, Log: quiet()})
	if err != nil {
		return err
	}
	defer closing(box.Close)
	return deliver(ctx, &upload.Courier{
		Client: client, Box: box, Backoff: backoff, Key: pin.Key, Log: quiet(),
		Hold: func(ctx context.Context) error { return ctx.Err() }, Told: func(string) {},
		Wanted: func(*measurement.Wanted) {},
	})
}

// sealKey waits for the gateway to say to whom to seal: it may be busy, or not be up yet.
func sealKey(ctx context.Context, pin *upload.Pin) (measurement.SealKey, error) {
	for {
		key, err := pin.Key(ctx)
		if err == nil {
			return measurement.NewSealKey(key)
		}
		if sleepErr := (clock.System{}).Sleep(ctx, lookEvery); sleepErr != nil {
			return measurement.SealKey{}, errors.Join(err, sleepErr)
		}
	}
}

// stateOf returns the state folder of a volunteer's agent.
func (l *Lab) stateOf(v volunteer) string {
	return filepath.Join(l.dir, "probes", strconv.Itoa(v.number))
}

// pastOf returns what a volunteer would have measured.
func (l *Lab) pastOf(p *premises, v volunteer) *history.Volunteer {
	looked := p.planOf(v.network)
	looked.TargetEvery = pastTargetEvery
	addresses := make(map[string]netip.Addr)
	for _, h := range world.Hosts() {
		addresses[h.Name] = h.Address
	}
	return &history.Volunteer{
		Identity: v.identity, Network: v.declared(), Software: software, Plan: looked, On: v.habit.On,
		Addresses: addresses, PageBytes: uint32(len(page(""))) + 12,
	}
}

// deliver runs a courier until the outbox is empty, for as long as the gateway is busy or away.
func deliver(ctx context.Context, c *upload.Courier) error {
	delivering, stop := context.WithCancel(ctx)
	var courier sync.WaitGroup
	courier.Go(func() { c.Run(delivering) })
	defer courier.Wait()
	defer stop()
	for c.Box.Stats().Waiting > 0 {
		if err := (clock.System{}).Sleep(ctx, lookEvery); err != nil {
			return err
		}
	}
	if n := c.Box.Stats().Rejected; n > 0 {
		return fmt.Errorf("the gateway rejects what was made up: %d batches", n)
	}
	return nil
}
