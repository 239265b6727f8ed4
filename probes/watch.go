package probes

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/agent"
	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/consent"
	"github.com/lamplight-net/lamplight/probes/internal/door"
	"github.com/lamplight-net/lamplight/probes/internal/lock"
	"github.com/lamplight-net/lamplight/probes/internal/report"
	"github.com/lamplight-net/lamplight/probes/internal/silence"
	"github.com/lamplight-net/lamplight/probes/internal/statuspage"
	"github.com/lamplight-net/lamplight/probes/internal/subscription"
)

const (
	// runLock is held for as long as a probe runs, whether it measures or not.
	runLock = "run.lock"
	// glance is how often the course is looked at when nobody says that it changed.
	glance = 10 * time.Minute
	// knock is how soon a disk is tried again that did not take word of the door.
	knock = time.Minute
)

// watch is a probe that runs: an agent while what it does was agreed to, and a status page all the while.
type watch struct {
	cfg     RunConfig
	version string
	log     *slog.Logger
	state   *os.Root
	turned  chan struct{} // holds a value when the course may have changed
	stop    context.CancelFunc
	// silence is the volunteer's word, which outlasts every agent.
	silence *silence.Silence

	mu     sync.Mutex
	course course
	lists  *subscription.Subscription // nil when there is no list to ask for
	agent  *agent.Agent               // nil while none runs
	last   agent.Status               // of the agent before
}

// Run measures and delivers until ctx ends or somebody stops it through its status page. It fails with
// consent's ErrNone when nobody ever agreed; when an agreement does not cover what is asked for any more, it goes on
// running, measures nothing, and says why.
func Run(ctx context.Context, cfg RunConfig, version string, log *slog.Logger) error {
	if _, err := cfg.given(version, log); err != nil {
		return err
	}
	if cfg.Proxy != "" && cfg.Country == "" {
		return errors.New("--proxy needs --country beside it, such as --country KE: through a proxy nobody can tell where this is, and what is seen nowhere counts for nothing")
	}
	state, err := openGuarded(cfg.State)
	switch {
	// A service of a probe that was wiped is started all the same, and must not make the folder again.
	case errors.Is(err, ErrNoState) && cfg.Gateway == "":
		return ErrNotJoined
	case errors.Is(err, ErrNoState):
		return ErrNoConsent
	case err != nil:
		return err
	}
	defer state.Close()
	// Where nothing was joined no lock is made: it would be in the way of a wipe that is about to remove the folder.
	if _, err := cfg.chart(state, version, log); err != nil {
		return err
	}
	// From here on nobody wipes what is read.
	unlock, err := takeTurn(ctx, state)
	if err != nil {
		return whose(err)
	}
	w := &watch{
		cfg: cfg, version: version, log: log, state: state, turned: make(chan struct{}, 1), silence: silence.New(clock.System{}),
	}
	if w.silence.Keep(state) != nil {
		log.Warn("the pause could not be written down: a restart would end it")
	}
	return errors.Join(w.run(ctx), unlock())
}

// takeTurn waits a little for the lock: a command that asks whether a probe runs has it for a moment.
func takeTurn(ctx context.Context, state *os.Root) (unlock func() error, err error) {
	for range 20 {
		unlock, err = lock.Take(state, runLock)
		if !errors.Is(err, lock.ErrHeld) || (clock.System{}).Sleep(ctx, pollEvery) != nil {
			break
		}
	}
	return unlock, err
}

func (w *watch) run(ctx context.Context) error {
	var err error
	if w.course, err = w.cfg.chart(w.state, w.version, w.log); err != nil {
		return err
	}
	if errors.Is(w.course.lack, ErrNoConsent) {
		return ErrNoConsent
	}
	w.subscribe()
	ctx, w.stop = context.WithCancel(ctx)
	defer w.stop()
	return w.serve(ctx)
}

// serve shows the status page and follows the course until ctx ends.
func (w *watch) serve(ctx context.Context) error {
	listener, err := statuspage.Listen(ctx, w.cfg.Listen)
	if err != nil {
		return fmt.Errorf("--status-listen: %w", err)
	}
	defer listener.Close()
	page, err := statuspage.New(statuspage.Probe{
		Report: w.report, Pause: w.silence.Ask, Reload: w.reload, Stop: w.stop, Now: time.Now,
	}, listener.Addr())
	if err != nil {
		return err
	}
	var serving sync.WaitGroup
	at := door.Door{Address: listener.Addr().String(), Token: page.Token()}
	if err := at.Open(w.state); err != nil {
		w.log.Warn("this probe measures, but no command finds it: check that the disk has room and the state folder is writable; to silence or stop it now, end this program",
			"reason", err.Error())
		serving.Go(func() { w.open(ctx, at) })
	}
	var pageErr error
	serving.Go(func() {
		pageErr = page.Serve(ctx, listener)
		w.stop() // a probe that nobody can ask or stop should not run on
	})
	err = w.follow(ctx)
	w.stop()
	serving.Wait()
	return errors.Join(err, pageErr, door.Shut(w.state))
}

// open leaves word of the door as soon as the disk takes it: a disk that is full is no reason not to measure.
func (w *watch) open(ctx context.Context, at door.Door) {
	for (clock.System{}).Sleep(ctx, knock) == nil {
		if at.Open(w.state) == nil {
			w.log.Info("the commands find this probe now")
			return
		}
	}
}

// follow runs an agent for as long as the course is the same and was agreed to, and then by the next course.
func (w *watch) follow(ctx context.Context) error {
	for ctx.Err() == nil {
		if w.course.lack != nil {
			w.log.Warn("measuring is suspended: see lamplight-probe status", "reason", w.course.lack.Error())
			if err := w.suspend(ctx); err != nil {
				return err
			}
			continue
		}
		if err := w.measure(ctx); err != nil {
			return err
		}
	}
	return nil
}

// suspend measures nothing until ctx ends or the course changes. While it is a campaign that nobody agreed to it asks
// for newer lists, one of which may end the campaign; while it is the text of what the probe does, nobody is asked
// anything.
func (w *watch) suspend(ctx context.Context) error {
	if !errors.Is(w.course.lack, consent.ErrCampaign) || w.lists == nil {
		w.wait(ctx)
		return nil
	}
	a, err := agent.New(w.agentConfig())
	if err != nil {
		return err
	}
	return w.during(ctx, a.Listen, func() {})
}

// agentConfig returns what an agent of the present course needs.
func (w *watch) agentConfig() agent.Config {
	cfg := w.course.agent
	cfg.Lists, cfg.Silence = w.lists, w.silence
	return cfg
}

// during runs something until ctx ends or the course changes, and calls over before it makes it end.
func (w *watch) during(ctx context.Context, run func(context.Context) error, over func()) error {
	ctx, end := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- run(ctx); end() }()
	w.wait(ctx)
	over()
	end()
	return <-ended
}

// measure runs an agent until ctx ends or the course changes.
func (w *watch) measure(ctx context.Context) error {
	a, err := agent.New(w.agentConfig())
	if err != nil {
		return err
	}
	w.begin(a)
	return w.during(ctx, a.Run, func() { w.begin(nil) })
}

// wait returns when the course has changed, or ctx ended.
func (w *watch) wait(ctx context.Context) {
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.turned:
		case <-tick.C:
		}
		next, err := w.cfg.chart(w.state, w.version, w.log)
		if err != nil {
			// Why is not logged: it can hold the path of a file, and so a user's name.
			w.log.Error("settings could not be read: the probe goes on as before; it says what is wrong with them when it is started anew")
			continue
		}
		if w.turn(next) {
			return
		}
	}
}

// turn takes up a course, and reports whether it is another one.
func (w *watch) turn(next course) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	changed := next.differs(w.course)
	anew := !next.follow.equal(w.course.follow)
	w.course = next
	if anew {
		w.subscribe()
	}
	return changed
}

// subscribe begins to ask for the list of the present course, and for no other.
func (w *watch) subscribe() {
	w.lists = nil
	if f := w.course.follow; len(f.trust.Keys) > 0 {
		w.lists = subscription.New(subscription.Config{
			State: w.state, Trust: f.trust, Name: f.name, Within: w.cfg.asksWithin, Log: w.log, Taken: w.reload,
		})
	}
}

func (w *watch) begin(a *agent.Agent) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.agent != nil {
		w.last = w.agent.Status()
	}
	w.agent = a
}

func (w *watch) reload() {
	select {
	case w.turned <- struct{}{}:
	default:
	}
}

func (w *watch) report() report.Report {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.course.report()
	r.Running, r.Proxied, r.Today.BudgetBytes = true, w.cfg.Proxy != "", w.cfg.budgetBytes()
	if w.lists != nil {
		state := w.lists.State()
		r.Lists = &report.Lists{Answered: state.Answered, Refused: state.Refused, Trouble: state.Trouble, Next: state.Next}
	}
	if w.agent != nil {
		return r.Of(w.agent.Status())
	}
	r = r.Of(w.last)
	r.At, r.PausedUntil, r.Pace, r.List = time.Time{}, w.silence.Until(), report.Pace{}, w.course.agent.Plan.Version
	return r
}
