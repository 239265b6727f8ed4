// Package outbox keeps what was measured on disk until a gateway has it, so that nobody who takes the disk can
// read it.
//
// A record counts as measured once it is in the outbox: Append returns after the disk has it. It is then part
// of the open unit: a whole batch, signed, compressed and sealed to the gateway's key, that is written anew with
// every check and closed by Seal. The probe cannot read what it wrote. Beside each unit stand, in the clear, its
// number, its size, the hour, and whether it holds a transition; and of what the gateway refused, when. Its own notes the
// probe seals to itself, with a key from its seed, and it knows its batches by names that only the seed can make.
//
// Closed units go to segments, which only grow, until a receipt for them lets them go. The outbox is bounded: when
// it is full it is thinned, so that the first unit, the last, every transition and then as many hours as there is room
// for stay. A torn or damaged unit costs itself and nothing else.
//
// In its folder: <number>.units, open-0.unit, open-1.unit, chain and refused.json. One process uses a folder at a time.
package outbox

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/identity"
	"github.com/lamplight-net/lamplight/probes/internal/transition"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// DefaultMaxBytes is how much of a volunteer's disk the outbox may take.
const DefaultMaxBytes = 64 << 20

// ErrInvalid says that records are such that no reader takes them: to append them again will not help.
var ErrInvalid = errors.New("records are not of the schema")

// ErrNoKey says that nothing can be kept yet, because it is not known to whom it must be sealed.
var ErrNoKey = errors.New("the gateway's key is not known yet, and nothing is kept unsealed")

// Config is what an outbox needs.
type Config struct {
	Identity identity.Identity
	// Software names the program and its version in every batch.
	Software string
	Clock    clock.Clock
	MaxBytes int64 // 0: DefaultMaxBytes
	Log      *slog.Logger
}

// Origin is what all records of a batch have in common.
type Origin struct {
	Network   measurement.Network
	Plan      string
	PlanStale bool
	Vantage   string
	Generated bool
}

// Outbox is a folder of records on their way. Its methods may be called at the same time.
type Outbox struct {
	cfg   Config
	root  *os.Root
	ready chan struct{}
	pack  *zstd.Encoder
	// secret is what its own notes are sealed with.
	secret secret

	mu       sync.Mutex
	key      *measurement.SealKey
	watch    *transition.Watch
	draft    *draft        // nil when nothing was appended since the last Seal
	stepped  bool          // the clock was moved, and no unit says so yet
	changed  bool          // a check saw a transition, and no unit says so yet
	offset   int32         // of the clock, in seconds
	next     uint64        // number of the next unit
	version  uint64        // of the slot that was written last
	holds    [slots]uint64 // numbers of the units in the slots; 0 for none
	chain    chain
	stale    bool   // the chain on disk is behind
	units    []unit // closed, oldest first
	segments []segment
	refused  refused
}

// Open opens the outbox in a folder and closes the unit that an earlier process left open. Nothing can be appended
// before SealTo.
func Open(root *os.Root, cfg Config) (*Outbox, error) {
	if cfg.MaxBytes == 0 {
		cfg.MaxBytes = DefaultMaxBytes
	}
	// A better level holds eight times the memory, for units that are a hundredth smaller.
	pack, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(packWindow))
	if err != nil {
		return nil, fmt.Errorf("open outbox: %w", err)
	}
	o := &Outbox{cfg: cfg, root: root, ready: make(chan struct{}, 1), pack: pack, watch: transition.NewWatch()}
	if o.secret, err = newSecret(cfg.Identity); err != nil {
		return nil, fmt.Errorf("open outbox: %w", err)
	}
	if err := o.recover(); err != nil {
		return nil, fmt.Errorf("open outbox: %w", err)
	}
	o.announce()
	return o, nil
}

// SealTo sets the key that units are sealed to from now on.
func (o *Outbox) SealTo(key measurement.SealKey) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.key = &key
}

// Append adds the records of one check, which stay together in a batch. When it returns nil they are on
// the disk, sealed. Records of another origin begin another batch.
func (o *Outbox) Append(origin Origin, records ...measurement.Record) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.key == nil {
		return ErrNoKey
	}
	if o.draft != nil && (o.draft.origin != origin || o.draft.full()) {
		if err := o.close(); err != nil {
			return err
		}
	}
	next, err := o.drafted(origin, records)
	if err != nil {
		return fmt.Errorf("append records: %w: %w", ErrInvalid, err)
	}
	if err := o.writeOpen(next); err != nil {
		return err
	}
	o.draft, o.stepped, o.changed = next, false, false
	return nil
}

// Seal closes the open unit: it may be sent. It does nothing when there is none.
func (o *Outbox) Seal() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.close()
}

// Stepped notes that the machine's clock was moved.
func (o *Outbox) Stepped() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stepped = true
}

// Told notes what time a gateway says it is now.
func (o *Outbox) Told(at time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.told(at)
}

// Ready gives a value when there may be a unit to send.
func (o *Outbox) Ready() <-chan struct{} { return o.ready }

// announce must be called with the lock held, or before anybody else knows the outbox.
func (o *Outbox) announce() {
	if len(o.units) > len(o.refused.Units) {
		select {
		case o.ready <- struct{}{}:
		default:
		}
	}
}

// Close lets go of the outbox. The open unit is on the disk, and closed when the outbox is opened again; segments
// are packed, so that what was delivered is not sent again.
func (o *Outbox) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return errors.Join(o.repack(), o.syncNotes(), o.pack.Close())
}

// Stats says what the outbox holds.
type Stats struct {
	Waiting  int    // units to send
	Rejected int    // units that the gateway refused for good, kept for some days
	Bytes    int64  // all units on the disk
	Dropped  uint64 // units given up for want of room, or damaged, ever
	// Refused counts what the gateway refused for good, ever, by its code.
	Refused map[string]int
}

// Stats returns what the outbox holds now.
func (o *Outbox) Stats() Stats {
	o.mu.Lock()
	defer o.mu.Unlock()
	return Stats{
		Waiting: len(o.units) - len(o.refused.Units), Rejected: len(o.refused.Units), Bytes: o.size(), Dropped: o.chain.Dropped,
		Refused: o.refused.counts(),
	}
}
