package agent

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/meter"
	"github.com/lamplight-net/lamplight/probes/internal/outbox"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Status is what an agent can say of itself to the person who runs it. It names no target and no address.
type Status struct {
	// At is when it was said, in the volunteer's time zone.
	At       time.Time
	Software string
	Plan     string
	Running  bool
	// Network is the network that records are labeled with; ZZ when it is not known at present.
	Network measurement.Network
	Today   meter.Day
	Queue   outbox.Stats
	// Held is how many records cannot be kept on the disk yet, because the time or the gateway's key is not known or
	// the disk takes nothing. They are lost if the probe ends.
	Held int
	// PausedUntil is zero unless the agent is paused.
	PausedUntil time.Time
	// Pace is how often the agent looks at present. Unless it is steady, Reason says why; Changed is when something
	// changed, and QuietUntil when quiet hours end, if that is the reason.
	Pace                plan.Pace
	Reason              plan.Reason
	Changed, QuietUntil time.Time
	// Delivered is when a gateway last signed for a batch, by the clock of At; zero if it has not since the start.
	Delivered time.Time
	// Trouble says why the last delivery failed, in a fixed sentence; empty when it did not.
	Trouble string
	// Last are the latest checks, newest first, at most 30.
	Last []Outcome
}

// Waiting says what lies in the outbox of a state folder that no agent uses, and changes nothing there.
func Waiting(state *os.Root) (outbox.Stats, error) {
	folder, err := state.OpenRoot(OutboxFolder)
	if errors.Is(err, fs.ErrNotExist) {
		return outbox.Stats{}, nil
	}
	if err != nil {
		return outbox.Stats{}, fmt.Errorf("open outbox folder: %w", err)
	}
	stats, err := outbox.Look(folder)
	return stats, errors.Join(err, folder.Close())
}

// maxOutcomes bounds Status.Last.
const maxOutcomes = 30

// Outcome is how one check went. Failure is empty when its last step succeeded; the counts of anchors are of
// beats alone.
type Outcome struct {
	At                time.Time
	Kind              measurement.Kind
	Class             measurement.Class
	Failure           measurement.Failure
	Domestic, Foreign measurement.Reach
}

// outcomeOf sums up the records of one check. The last web record is what a person would have seen.
func outcomeOf(records []measurement.Record) Outcome {
	last := records[0]
	for _, r := range records {
		if r.Kind == measurement.KindHTTP {
			last = r
		}
	}
	out := Outcome{At: last.MeasuredAt, Kind: last.Kind, Class: last.Class, Failure: last.Failure}
	if last.Beat != nil {
		out.Domestic, out.Foreign = last.Beat.Domestic, last.Beat.Foreign
	}
	return out
}

// board is where what runs leaves word for Status.
type board struct {
	mu        sync.Mutex
	running   *session
	delivered time.Time
	trouble   string
	last      []Outcome // oldest first
}

func (b *board) run(s *session) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.running = s
}

func (b *board) checked(records []measurement.Record) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.last) == maxOutcomes {
		b.last = slices.Delete(b.last, 0, 1)
	}
	b.last = append(b.last, outcomeOf(records))
}

// told notes a delivery, or what kept one from happening.
func (b *board) told(now time.Time, trouble string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trouble = trouble; trouble == "" {
		b.delivered = now
	}
}

// Status returns the agent's present state. It may be called at any time.
func (a *Agent) Status() Status {
	a.board.mu.Lock()
	defer a.board.mu.Unlock()
	out := Status{
		Software: a.cfg.Software, Plan: a.cfg.Plan.Version, PausedUntil: a.cfg.Silence.Until(),
		Network: a.cfg.unknownNetwork(), Delivered: a.board.delivered, Trouble: a.board.trouble, Last: slices.Clone(a.board.last),
	}
	slices.Reverse(out.Last)
	out.At = a.cfg.Clock.Now().In(a.cfg.Zone)
	if s := a.board.running; s != nil {
		out.At = s.clock.Now().In(a.cfg.Zone)
		out.Running, out.Network, out.Today, out.Queue = true, s.currentNetwork(), a.meter.Today(), s.box.Stats()
		out.Held = s.room.count()
	}
	conditions := a.conditions(out.At)
	out.Pace, out.Reason = plan.PaceOf(conditions)
	if out.Reason == plan.BecauseChanged {
		out.Changed = conditions.Changed
	}
	if out.Reason == plan.BecauseQuiet {
		out.QuietUntil = conditions.Quiet.End(out.At)
	}
	return out
}
