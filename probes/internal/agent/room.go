package agent

import (
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/outbox"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// maxHeld bounds the records that are kept in memory. Past it every second check is given up, so that what stays
// covers all of the time.
const maxHeld = 2000

// room holds, in memory, what cannot be sealed yet: to whom, or of when, is not known, or the disk takes nothing. To
// write it down unsealed would tell whoever takes the disk; to sign it with a false time would make false evidence.
type room struct {
	mu   sync.Mutex
	held []heldCheck
	// announced says that the log knows.
	announced bool
}

// heldCheck is the records of one check, and when by both clocks they were put here.
type heldCheck struct {
	origin  outbox.Origin
	records []measurement.Record
	wall    time.Time
	steady  time.Duration
	dated   bool // by a clock that could be believed
}

// keep makes the records of a check durable as soon as that can be.
func (s *session) keep(origin outbox.Origin, records []measurement.Record) {
	s.room.mu.Lock()
	defer s.room.mu.Unlock()
	if s.watch != nil && s.watch.Moved() != 0 {
		s.box.Stepped()
	}
	s.room.held = append(s.room.held, heldCheck{origin, records, s.clock.Now(), clock.Steady(), s.clock.believable(s.box.Past())})
	s.empty()
	s.room.bound()
}

// emptyRoom tries again what could not be kept.
func (s *session) emptyRoom() {
	s.room.mu.Lock()
	defer s.room.mu.Unlock()
	s.empty()
}

// empty must be called with the room locked.
func (s *session) empty() {
	why := "the time is not known: set this machine's clock, or let it reach its gateway"
	if s.clock.believable(s.box.Past()) {
		why = s.intoBox()
	}
	if why != "" && !s.room.announced {
		s.cfg.Log.Warn("what is measured is held in memory", "reason", why)
	}
	s.room.announced = why != ""
}

// intoBox puts what is held into the outbox, and says why if that did not work.
func (s *session) intoBox() string {
	for len(s.room.held) > 0 {
		check := s.room.held[0]
		if !check.dated {
			check.records = redated(check, s.clock.Now(), clock.Steady())
			// A clock that stood anywhere does not know what had expired.
			check.origin.PlanStale = s.stale(check.records[0].MeasuredAt)
			s.box.Stepped()
		}
		err := s.box.Append(check.origin, check.records...)
		switch {
		case errors.Is(err, outbox.ErrNoKey):
			return "the gateway's key is not known: give it with --gateway-key, or let this machine reach its gateway"
		case errors.Is(err, outbox.ErrInvalid):
			s.cfg.Log.Error("records of a check are not of the schema, and were given up: this is a mistake in this program", "records", len(check.records))
		case err != nil:
			return "the outbox could not be written: check that the disk has room and the state folder is writable"
		}
		s.room.held = s.room.held[1:]
	}
	return ""
}

// redated returns records that were dated by a clock that stood anywhere, with the time by one that is right now:
// what passed between the two is known. Nothing of this was signed before.
func redated(check heldCheck, now time.Time, steady time.Duration) []measurement.Record {
	truly := now.Add(check.steady - steady)
	shift := truly.Sub(check.wall)
	out := slices.Clone(check.records)
	for i := range out {
		out[i].MeasuredAt = out[i].MeasuredAt.Add(shift).UTC().Truncate(time.Millisecond)
	}
	return out
}

// bound must be called with the room locked.
func (r *room) bound() {
	for r.records() > maxHeld && len(r.held) > 1 {
		kept := r.held[:0]
		for i, check := range r.held {
			if i%2 == 0 {
				kept = append(kept, check)
			}
		}
		clear(r.held[len(kept):])
		r.held = kept
	}
}

func (r *room) records() int {
	n := 0
	for _, check := range r.held {
		n += len(check.records)
	}
	return n
}

func (r *room) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.records()
}
