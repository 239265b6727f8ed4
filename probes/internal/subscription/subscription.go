// Package subscription keeps the list that a probe follows up to date: it asks the gateway for a newer issue every few
// hours, by the ways that deliveries go.
//
// A question tells the gateway nothing that a delivery does not tell it: an address that it forgets, the name of a
// list, and which issue the probe has, which every batch says too. The probe keeps nothing that a gateway could have
// planted to know it again: no cookie, and no tag but the one that it makes of the list itself. What comes is worth
// what its signatures are worth, and a list that is refused leaves the old one where it is.
package subscription

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/list"
	"github.com/lamplight-net/lamplight/probes/internal/upload"
)

// How often is asked, in machine time that counts on while the machine sleeps. Nothing that a gateway says makes it
// sooner: whoever has taken one over must not be able to make a country's probes ask together.
const (
	// soonest and spread are of the next question: between two and six hours, so that probes which began together
	// do not ask together.
	soonest = 2 * time.Hour
	spread  = 4 * time.Hour
	// again and againSpread are of the next question after one to which nothing came.
	again       = time.Hour
	againSpread = time.Hour
	// first is the longest that a probe without a list waits after its first question that failed; it doubles with each
	// further one, and is 64 minutes after the seventh. atLeast is the shortest.
	first   = time.Minute
	atLeast = 10 * time.Second
	patient = 7 // questions that failed after which it is again
	// defaultWithin spreads the first questions: power comes back for a whole city.
	defaultWithin = 10 * time.Minute
	// glance is how soon a machine that slept finds out that it is time.
	glance = 5 * time.Minute
)

// Config is what is subscribed to.
type Config struct {
	State *os.Root // where the list lies
	Trust list.Trust
	// Name is the list's; "" means the one that is followed, and until one is, nothing is asked.
	Name string
	// Within is the time within which a probe that has a list asks for the first time; 0 means ten minutes.
	Within time.Duration
	Log    *slog.Logger
	// Taken is called when a newer list lies in the state folder.
	Taken func()
}

// Line is how to get to a gateway at present.
type Line struct {
	Client *upload.Client
	// Hold returns once something may be sent.
	Hold func(context.Context) error
	// May reports whether a list may be asked for now: it may cost as much as a few looks. nil means always.
	May func() bool
}

// State is what a subscription can say of itself.
type State struct {
	// Answered is when a gateway last answered with a list, or with word that there is no newer one; zero if it has
	// not since the start.
	Answered time.Time
	// Refused counts the answers, since the start, that were no issue of this list.
	Refused int
	// Next is when it asks again after the last question; zero before the first.
	Next time.Time
	// Trouble says why the last question brought nothing, in a fixed sentence; empty when it brought something.
	Trouble string
}

// Subscription asks for lists. It lasts longer than the agents whose lines it uses, so that a new agent, which begins
// whenever a list came, does not ask anew.
type Subscription struct {
	cfg    Config
	steady func() time.Duration
	tries  int // of Run alone: questions that failed without a list; patient when there is one

	mu    sync.Mutex
	due   time.Duration // by steady
	state State
}

// New returns a subscription that asks soon: at once when there is no list yet.
func New(cfg Config) *Subscription {
	return newBy(cfg, clock.Steady)
}

func newBy(cfg Config, steady func() time.Duration) *Subscription {
	s := &Subscription{cfg: cfg, steady: steady, due: steady()}
	if shelf, err := s.shelf(); err == nil {
		if _, ok := shelf.Current(); ok {
			s.tries = patient
			s.due += rand.N(cmp.Or(cfg.Within, defaultWithin))
		}
	}
	return s
}

// State returns the present state. It may be called at any time.
func (s *Subscription) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Run asks until ctx ends. One Run at a time.
func (s *Subscription) Run(ctx context.Context, line Line) {
	for {
		for wait := s.wait(); wait > 0; wait = s.wait() {
			if (clock.System{}).Sleep(ctx, min(wait, glance)) != nil {
				return
			}
		}
		if line.Hold(ctx) != nil {
			return
		}
		asks := line.May == nil || line.May()
		// Whatever becomes of it, and should the agent end meanwhile, it is not asked again sooner.
		s.next(s.pause(asks))
		if asks {
			s.ask(ctx, line.Client)
		}
	}
}

// pause returns how long to wait after a question that brings nothing, and after a time at which none may be asked. Whoever
// has a list can wait; who has none looks at little, and asks again at random within a time that doubles, so that a country's
// new probes do not ask together when the gateway is back.
func (s *Subscription) pause(asks bool) time.Duration {
	if !asks || s.tries == patient {
		return again + rand.N(againSpread)
	}
	s.tries++
	return atLeast + rand.N(first<<(s.tries-1)-atLeast)
}

func (s *Subscription) wait() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.due - s.steady()
}

func (s *Subscription) next(wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.due, s.state.Next = s.steady()+wait, time.Now().Add(wait)
}

func (s *Subscription) shelf() (*list.Shelf, error) {
	return list.OpenShelf(s.cfg.State, s.cfg.Trust, s.cfg.Name)
}

// ask asks once.
func (s *Subscription) ask(ctx context.Context, client *upload.Client) {
	// The folder is looked into each time: a list may have come as a file.
	shelf, err := s.shelf()
	if err != nil {
		s.note(troubleDisk)
		return
	}
	current, ok := shelf.Current()
	if ok {
		s.tries = patient
	}
	name := cmp.Or(s.cfg.Name, current.Name)
	if name == "" {
		s.note(troubleNameless)
		return
	}
	var newer *list.List
	var diskErr error
	came := false
	err = client.List(ctx, name, current.Tag, list.MaxSignedBytes, func(body []byte) error {
		came = true
		l, err := s.take(shelf, current.Tag, body)
		switch {
		case err == nil:
			newer = &l
		case errors.Is(err, list.ErrKeep):
			diskErr = err // by another way it would come again, and be kept no better
			return nil
		case errors.Is(err, list.ErrOlder):
			return &refusedError{err} // another way may have a newer one
		case !errors.Is(err, upload.ErrUnchanged):
			s.refused()
			return &refusedError{err}
		}
		return nil
	})
	switch {
	case ctx.Err() != nil && newer == nil:
		return
	case diskErr != nil:
		err = diskErr
	case errors.Is(err, upload.ErrUnchanged):
		err = nil
	}
	if came || err == nil {
		// Whatever came was paid for, and in an hour it is no better: junk must not use up the budget of a day's looks.
		s.next(soonest + rand.N(spread))
	}
	if err == nil && newer == nil && !ok {
		err = upload.ErrUnchanged // and what it has it cannot follow
	}
	if err != nil {
		s.note(trouble(err))
		s.cfg.Log.Warn("no list came: what there is goes on being looked at", "reason", trouble(err))
		return
	}
	s.answered()
	if newer != nil {
		s.cfg.Log.Info("a newer list came", "targets", len(newer.Plan.Targets))
		s.cfg.Taken()
	}
}

// take puts what came on the shelf, if it is a newer issue of the list. The issue that is there already is no error of
// the gateway's: whoever answers in its place may not compare tags.
func (s *Subscription) take(shelf *list.Shelf, has string, body []byte) (list.List, error) {
	signed, err := list.Decode(bytes.NewReader(body))
	if err != nil {
		return list.List{}, err
	}
	if signed.Tag() == has {
		return list.List{}, upload.ErrUnchanged
	}
	return shelf.Put(signed)
}

func (s *Subscription) refused() {
	s.mu.Lock()
	s.state.Refused++
	s.mu.Unlock()
}

func (s *Subscription) note(trouble string) {
	s.mu.Lock()
	s.state.Trouble = trouble
	s.mu.Unlock()
}

func (s *Subscription) answered() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Answered, s.state.Trouble = time.Now(), ""
}
