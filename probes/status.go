package probes

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/agent"
	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/consent"
	"github.com/lamplight-net/lamplight/probes/internal/door"
	"github.com/lamplight-net/lamplight/probes/internal/lock"
	"github.com/lamplight-net/lamplight/probes/internal/report"
)

// Status returns what the probe of a state folder says of itself; of one that does not run, what its folder says.
func Status(ctx context.Context, folder, version string) (report.Report, error) {
	none := report.Report{Software: "lamplight-probe/" + version, Consent: report.Consent{Asked: consent.Version(nil)}, Checks: []report.Check{}}
	state, err := OpenState(folder)
	if errors.Is(err, ErrNoState) {
		return none, nil
	}
	if err != nil {
		return none, err
	}
	defer state.Close()
	if _, r, err := answering(ctx, state); !errors.Is(err, ErrNotRunning) {
		return r, err
	}
	set, err := (RunConfig{}).chart(state, version, slog.New(slog.DiscardHandler))
	switch {
	case errors.Is(err, ErrNotJoined):
		agreed, err := consent.Read(state)
		none.Consent.Agreed, none.Consent.Day = agreed.Version, agreed.Day
		return lies(none, state), err
	case err != nil:
		return none, err
	}
	return lies(set.report(), state), nil
}

// lies adds what lies on the disk. Where that cannot be read, the report says nothing of it.
func lies(r report.Report, state *os.Root) report.Report {
	stats, err := agent.Waiting(state)
	if err != nil {
		return r
	}
	return r.Lies(stats)
}

// ErrNotRunning says that no probe of a state folder runs.
var ErrNotRunning = door.ErrNotRunning

// errDeaf says that one runs all the same: to tell its owner that none does would be dangerous.
var errDeaf = errors.New("a probe is running here, and does not answer: if it should be silent, end it (its process or service)")

// untilHeard is how long a probe that starts may take until it can be asked.
const untilHeard = 2 * time.Second

// answering returns the door of the running probe, and what it says of itself.
func answering(ctx context.Context, state *os.Root) (at door.Door, r report.Report, err error) {
	starting, cancel := context.WithTimeout(ctx, untilHeard)
	defer cancel()
	for {
		if at, err = door.Find(state); err == nil {
			r, err = at.Report(ctx)
		}
		if !errors.Is(err, ErrNotRunning) || !lock.Held(state, runLock) {
			return at, r, err
		}
		if (clock.System{}).Sleep(starting, pollEvery) != nil {
			return at, r, errDeaf
		}
	}
}

// report is what a course says without an agent.
func (c course) report() report.Report {
	r := report.Report{
		Software: c.agent.Software, Joined: true, List: c.agent.Plan.Version, Checks: []report.Check{},
		Consent: report.Consent{Agreed: c.agreed.Version, Day: c.agreed.Day, Asked: consent.Version(c.campaign)},
	}
	r.ListExpired = c.agent.Stale != nil && c.agent.Stale(time.Now())
	if c.lack != nil {
		r.Suspended = c.lack.Error() + "; to read it and decide: lamplight-probe consent"
	}
	return r
}

// StatusURL returns an address that opens the running probe's status page for some minutes, for whoever has it.
func StatusURL(ctx context.Context, folder string) (string, error) {
	at, err := running(ctx, folder)
	if err != nil {
		return "", err
	}
	return at.Page(ctx)
}

// Pause makes the running probe silent until a time; one that has passed ends a pause.
func Pause(ctx context.Context, folder string, until time.Time) error {
	at, err := running(ctx, folder)
	if err != nil {
		return err
	}
	return at.Pause(ctx, until)
}

// running returns the door of a probe that answers.
func running(ctx context.Context, folder string) (door.Door, error) {
	state, err := OpenState(folder)
	if errors.Is(err, ErrNoState) {
		return door.Door{}, door.ErrNotRunning
	}
	if err != nil {
		return door.Door{}, err
	}
	defer state.Close()
	at, _, err := answering(ctx, state)
	return at, err
}

// changed tells the running probe, if there is one, to look at its course again.
func changed(ctx context.Context, folder string) error {
	at, err := running(ctx, folder)
	if err == nil {
		err = at.Reload(ctx)
	}
	if errors.Is(err, door.ErrNotRunning) {
		return nil
	}
	return err
}
