// Package outbox keeps what was measured on disk until a gateway has it.
//
// A record counts as measured once it is in the outbox: Append returns after the disk has it. Records
// wait in an open log, which Seal turns into a batch: signed, compressed, and stored as it will be sent,
// so that sending it again sends the same bytes. A batch leaves the outbox only with a receipt for it; one
// that the gateway will never take is set aside. A torn or damaged file costs what is torn and nothing
// else. The outbox is bounded: when it is full the oldest batch goes, and is counted.
//
// In its folder: open-<number>.log, <number>.batch, <number>.rejected and chain.json, where number is
// that of the batch that the log became or will become. One process uses a folder at a time.
package outbox

import (
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/identity"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// DefaultMaxBytes is how much of a volunteer's disk the outbox may take.
const DefaultMaxBytes = 64 << 20

// Limits of the open log: past one of them it is sealed by itself, far from those of a batch.
const (
	sealRecords = 2000
	sealBytes   = measurement.MaxBatchBytes / 4
)

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
	Network   measurement.Network `json:"network"`
	Plan      string              `json:"plan"`
	Generated bool                `json:"generated,omitempty"`
}

// Outbox is a folder of records on their way. Its methods may be called at the same time.
type Outbox struct {
	cfg   Config
	root  *os.Root
	ready chan struct{}

	mu      sync.Mutex
	open    *openLog // nil when nothing was appended since the last seal
	chain   chain
	stale   bool     // the chain on disk is behind
	waiting []parcel // sealed, oldest first
	aside   []parcel // never to be sent, oldest first
}

// parcel is a file of the outbox.
type parcel struct {
	number uint64
	bytes  int64
}

// Open opens the outbox in a folder and seals what an earlier process left in the open log.
func Open(root *os.Root, cfg Config) (*Outbox, error) {
	if cfg.MaxBytes == 0 {
		cfg.MaxBytes = DefaultMaxBytes
	}
	o := &Outbox{cfg: cfg, root: root, ready: make(chan struct{}, 1)}
	if err := o.recover(); err != nil {
		return nil, fmt.Errorf("open outbox: %w", err)
	}
	o.announce()
	return o, nil
}

// Append adds the records of one check, which stay together in a batch. When it returns nil they are on
// the disk. Records of another origin begin another batch.
func (o *Outbox) Append(origin Origin, records ...measurement.Record) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	lines := make([][]byte, len(records))
	for i := range records {
		var err error
		if lines[i], err = measurement.EncodeRecord(&records[i]); err != nil {
			return fmt.Errorf("encode record: %w", err)
		}
	}
	if o.open != nil && (o.open.origin != origin || o.open.records >= sealRecords || o.open.size >= sealBytes) {
		if err := o.seal(); err != nil {
			return err
		}
	}
	if o.open == nil {
		// What could never be sealed must not begin a log.
		if _, err := measurement.Encode(o.header(origin), records); err != nil {
			return fmt.Errorf("append records: %w", err)
		}
		var err error
		if o.open, err = beginLog(o.root, o.chain.Next, origin); err != nil {
			return err
		}
	}
	return o.open.append(lines)
}

// Seal turns what was appended since the last time into a batch. It does nothing when there is nothing.
func (o *Outbox) Seal() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.seal()
}

// Ready gives a value when there may be a batch to send.
func (o *Outbox) Ready() <-chan struct{} { return o.ready }

// announce must be called with the lock held, or before anybody else knows the outbox.
func (o *Outbox) announce() {
	if len(o.waiting) > 0 {
		select {
		case o.ready <- struct{}{}:
		default:
		}
	}
}

// Close closes the open log. What is in it is sealed when the outbox is opened again.
func (o *Outbox) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.open == nil {
		return nil
	}
	open := o.open
	o.open = nil
	return open.file.Close()
}

// Stats says what the outbox holds.
type Stats struct {
	Waiting  int    // batches to send
	Rejected int    // batches set aside
	Bytes    int64  // all files
	Dropped  uint64 // batches given up for want of room, ever
}

// Stats returns what the outbox holds now.
func (o *Outbox) Stats() Stats {
	o.mu.Lock()
	defer o.mu.Unlock()
	return Stats{Waiting: len(o.waiting), Rejected: len(o.aside), Bytes: o.size(), Dropped: o.chain.Dropped}
}

func (o *Outbox) size() int64 {
	var sum int64
	for _, p := range slices.Concat(o.waiting, o.aside) {
		sum += p.bytes
	}
	if o.open != nil {
		sum += o.open.size
	}
	return sum
}
