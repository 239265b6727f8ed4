package probes

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/agent"
	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/door"
	"github.com/lamplight-net/lamplight/probes/internal/durable"
	"github.com/lamplight-net/lamplight/probes/internal/export"
	"github.com/lamplight-net/lamplight/probes/internal/lock"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/report"
	"github.com/lamplight-net/lamplight/probes/internal/wipe"
)

const (
	// untilStopped is how long a probe may take to end when it is told to.
	untilStopped = 20 * time.Second
	// untilDelivered is how long a last delivery may take.
	untilDelivered = time.Minute
	pollEvery      = 50 * time.Millisecond
	// grabEvery is shorter: who stops a probe must be quicker than what starts it again.
	grabEvery = pollEvery / 10
)

const wipedText = `Wiped: the key first, then everything else that the probe kept here.

The key was written over before it was deleted. On an SSD, a memory card or a phone an old copy can stay in
the chip all the same, and backups keep theirs. If that is a danger to you, the medium has to go.
Your browser may remember the status page, and your shell the commands that you typed.
The program itself is still here, and so is a service, if you installed one: lamplight-probe service remove
`

var errNothingHere = errors.New("nothing of a probe is in this folder, and nothing was wiped: name the state folder with --state")

// Wipe deletes what the probe of a state folder keeps, the key first, whether the probe runs or not, and stops it.
func Wipe(ctx context.Context, folder string, out io.Writer) error {
	state, err := OpenState(folder)
	if err != nil {
		return err
	}
	// Who is in a hurry and names the wrong folder must not think that it is done.
	if ours, err := wipe.Holds(state); err != nil || !ours {
		return errors.Join(cmp.Or(err, errNothingHere), state.Close())
	}
	keyErr := errors.Join(wipe.Key(state), wipe.Agreement(state))
	unlock, stopErr := stop(ctx, state)
	keyErr = errors.Join(keyErr, wipe.Key(state)) // should it have made a new one on its way out
	left, restErr := wipe.Rest(state)
	name := state.Name()
	if err := errors.Join(keyErr, stopErr, restErr, unlock(), state.Close()); err != nil {
		return whose(fmt.Errorf("not everything could be wiped: %w", err))
	}
	if len(left) > 0 {
		_, err = fmt.Fprintf(out, "%s\nThese are not the probe's, and were left alone: %s\n", wipedText, strings.Join(left, ", "))
		return err
	}
	if err := removeFolder(name); err != nil {
		return fmt.Errorf("everything is wiped but the empty state folder: %w", durable.Bare(err))
	}
	_, err = io.WriteString(out, wipedText)
	return err
}

// removeFolder removes a state folder in which nothing is but what a service that tries to start the probe leaves
// there meanwhile: an empty lock.
func removeFolder(name string) (err error) {
	for range 20 {
		if err = os.Remove(name); err == nil {
			break
		}
		if state, openErr := os.OpenRoot(name); openErr == nil {
			_, restErr := wipe.Rest(state)
			err = errors.Join(err, restErr, state.Close())
		}
	}
	return err
}

// stop ends the running probe, and keeps another one from starting, as a service's manager would have it, until
// unlock is called.
func stop(ctx context.Context, state *os.Root) (unlock func() error, err error) {
	nothing := func() error { return nil }
	ctx, cancel := context.WithTimeout(ctx, untilStopped)
	defer cancel()
	for {
		if at, err := door.Find(state); err == nil {
			_ = at.Stop(ctx) // one that does not listen is found out below
		}
		unlock, err := lock.Take(state, runLock)
		if err == nil {
			return unlock, nil
		}
		if !errors.Is(err, lock.ErrHeld) {
			return nothing, err
		}
		if (clock.System{}).Sleep(ctx, grabEvery) != nil {
			return nothing, errors.New("a probe is running here and does not end: end it (its process or service), and wipe again")
		}
	}
}

// errDirect says that a last delivery would show to whoever watches the line what a proxy has hidden so far.
var errDirect = errors.New("this probe speaks with the gateway through a proxy: say which (--proxy), or leave without --deliver")

// errWay says that nothing here says whether a proxy hid that the probe speaks with the gateway: a probe writes its proxy
// down nowhere.
var errWay = errors.New("whether this probe spoke with the gateway through a proxy is not kept: say which (--proxy), or that there was none (--direct), or leave without --deliver")

// LeaveConfig says how a probe leaves.
type LeaveConfig struct {
	RunConfig      // its state folder, and the ways to the gateway
	Sure      bool // nobody is asked
	Deliver   bool // first try to hand over what waits
	Direct    bool // without a proxy, for whoever watches the line to see
}

// Leave takes the probe of a state folder out of Lamplight: like Wipe, once somebody has said so. It tells nobody, unless
// it is to deliver.
func Leave(ctx context.Context, cfg LeaveConfig, version string, in *bufio.Reader, out io.Writer) error {
	switch {
	case cfg.Direct && cfg.Proxy != "":
		return errors.New("--direct and --proxy: give one")
	case cfg.Direct && !cfg.Deliver:
		return errors.New("--direct says how to deliver: give --deliver too, or leave it out")
	}
	state, err := OpenState(cfg.State)
	if err != nil {
		return err
	}
	defer state.Close()
	if cfg.Deliver {
		if err := knowsWay(ctx, cfg, version); err != nil {
			return err
		}
	}
	if !cfg.Sure {
		fmt.Fprint(out, "This stops the probe and deletes its settings, its key, and what it has not delivered. Type leave to do so: ")
		line, _ := in.ReadString('\n')
		if strings.TrimSpace(line) != "leave" {
			return errors.New("nothing was changed")
		}
	}
	if cfg.Deliver {
		unlock, err := stop(ctx, state)
		if err == nil {
			err = errors.Join(deliverRest(ctx, state, cfg.RunConfig, version, out), unlock())
		}
		if err != nil {
			return err
		}
	}
	_ = state.Close() // a folder that is open cannot be deleted everywhere
	return Wipe(ctx, cfg.State, out)
}

// knowsWay fails unless a last delivery goes the way to the gateway that the probe went, as far as can be known.
func knowsWay(ctx context.Context, cfg LeaveConfig, version string) error {
	r, err := Status(ctx, cfg.State, version)
	switch {
	case err != nil || cfg.Proxy != "" || cfg.Direct:
		return err
	case r.Proxied:
		return errDirect
	case !r.Running:
		return errWay
	}
	return nil
}

// deliverRest hands over what waits, and looks at nothing. It keeps no pause: who wants to deliver has asked for another
// thing since.
func deliverRest(ctx context.Context, state *os.Root, cfg RunConfig, version string, out io.Writer) error {
	set, err := cfg.chart(state, version, slog.New(slog.DiscardHandler))
	if err != nil {
		return fmt.Errorf("%w (to leave without a last delivery, leave out --deliver)", err)
	}
	set.agent.Plan = plan.Plan{Version: set.agent.Plan.Version, BeatEvery: plan.MaxEvery, TargetEvery: plan.MaxEvery}
	a, err := agent.New(set.agent)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, untilDelivered)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx); cancel() }()
	waiting := 0
	for (clock.System{}).Sleep(ctx, pollEvery) == nil {
		s := a.Status()
		if !s.Running {
			continue
		}
		if waiting = s.Queue.Waiting; waiting == 0 {
			break
		}
	}
	cancel()
	if err := <-ended; err != nil {
		return err
	}
	if waiting > 0 {
		_, err = fmt.Fprintf(out, "%s could not be delivered in %s, and will be deleted.\n",
			report.Count(waiting, "batch", "batches"), report.Count(int(untilDelivered/time.Minute), "minute", "minutes"))
		return err
	}
	_, err = fmt.Fprintln(out, "Everything was delivered.")
	return err
}

// Export copies what the probe of a state folder keeps into a new folder.
func Export(ctx context.Context, folder, version, to string, out io.Writer) error {
	state, err := OpenState(folder)
	if err != nil {
		return err
	}
	defer state.Close()
	r, err := Status(ctx, folder, version)
	if err != nil {
		return err
	}
	if err := export.Write(state, r, to); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "Copied to %s. Begin with READ-ME.txt there; delete the copy when you do not need it.\n", to)
	return err
}
