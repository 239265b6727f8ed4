package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/durable"
)

// pausedName is the file that keeps an agent paused through a restart: a volunteer who asked for silence gets it.
const pausedName = "paused"

// MaxPause bounds a pause. A probe that should stay silent for longer is to be stopped.
const MaxPause = 30 * 24 * time.Hour

// pause is whether an agent is to be silent: it sends nothing, to targets or gateways.
type pause struct {
	mu      sync.Mutex
	state   *os.Root // nil while the agent does not run
	end     time.Time
	changed chan struct{} // closed when end changes
}

// Pause keeps the agent from sending anything until a time, or, with one that has passed, lets it go on. Checks
// under way end by themselves. It fails when the time is too far away, or when the pause could not be kept on
// the disk; then it holds until the program ends.
func (a *Agent) Pause(until time.Time) error {
	now := a.cfg.Clock.Now()
	if until.Sub(now) > MaxPause {
		return fmt.Errorf("a pause lasts %d days at most: to be silent for longer, stop the probe", MaxPause/(24*time.Hour))
	}
	a.pause.mu.Lock()
	defer a.pause.mu.Unlock()
	a.pause.set(until)
	if a.pause.state == nil {
		return nil
	}
	if until.After(now) {
		return durable.WriteFile(a.pause.state, pausedName, []byte(until.UTC().Format(time.RFC3339)))
	}
	if err := a.pause.state.Remove(pausedName); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("end pause: %w", err)
	}
	return nil
}

// set must be called with the lock held.
func (p *pause) set(end time.Time) {
	p.end = end
	if p.changed != nil {
		close(p.changed)
	}
	p.changed = make(chan struct{})
}

// remember takes up a pause that an earlier run left in the state folder, unless there is a newer one.
func (p *pause) remember(state *os.Root) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state = state
	file, err := state.Open(pausedName)
	if err != nil {
		return
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, 64))
	if err != nil {
		return
	}
	if end, err := time.Parse(time.RFC3339, string(text)); err == nil && p.end.IsZero() {
		p.set(end)
	}
}

// forget leaves the state folder alone from now on.
func (p *pause) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state = nil
}

// until returns when the pause ends, or zero when there is none. A clock that was set back does not make a pause
// longer than one may be.
func (p *pause) until(now time.Time) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.left(now)
}

// left must be called with the lock held.
func (p *pause) left(now time.Time) time.Time {
	if left := p.end.Sub(now); left <= 0 || left > MaxPause {
		return time.Time{}
	}
	return p.end
}

// wait returns once there is no pause, or with ctx's error.
func (p *pause) wait(ctx context.Context, c clock.Clock) error {
	for {
		now := c.Now()
		p.mu.Lock()
		end, changed := p.left(now), p.changed
		p.mu.Unlock()
		if end.IsZero() || ctx.Err() != nil {
			return ctx.Err()
		}
		_ = rest(ctx, c, end.Sub(now), changed) // ended early by a change, and then looked at anew
	}
}

// rest sleeps for d of a clock's time, or until something changes, and returns ctx's error if ctx ends before.
func rest(ctx context.Context, c clock.Clock, d time.Duration, changed <-chan struct{}) error {
	resting, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		select {
		case <-changed:
			stop()
		case <-resting.Done():
		}
	}()
	_ = c.Sleep(resting, d)
	return ctx.Err()
}
