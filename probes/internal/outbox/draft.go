package outbox

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Limits of a draft: past one of them it is closed by itself, far from those of a batch.
const (
	maxDraftRecords = 2000
	maxDraftBytes   = measurement.MaxBatchBytes / 4
	// packWindow lets all of a draft refer to all of it.
	packWindow = 512 << 10
)

// draft is the open unit's content, in memory.
type draft struct {
	origin  Origin
	first   measurement.Record
	lines   []byte // records as they will be signed, each with its newline
	records int
	edge    bool // it holds a transition
	stepped bool
	unit    []byte // as it lies in its slot: head and sealed batch
	link    namedLink
}

func (d *draft) full() bool { return d.records >= maxDraftRecords || len(d.lines) >= maxDraftBytes }

// drafted returns the draft with records added. It leaves the present one as it is.
func (o *Outbox) drafted(origin Origin, records []measurement.Record) (*draft, error) {
	encoded, err := measurement.Encode(o.header(origin), records)
	if err != nil {
		return nil, err
	}
	_, lines, _ := bytes.Cut(encoded, []byte{'\n'})
	next := draft{origin: origin, first: records[0]}
	if o.draft != nil {
		next = *o.draft
	}
	next.lines = slices.Concat(next.lines, lines)
	next.records += len(records)
	next.stepped = next.stepped || o.stepped
	// The watch sees a change once, even when the disk then takes nothing.
	o.changed = o.watch.Changed(records) || o.changed
	next.edge = next.edge || o.changed
	return &next, nil
}

// header is the header of a batch that is made now, without its place in a chain.
func (o *Outbox) header(origin Origin) measurement.Header {
	return measurement.Header{
		Schema: measurement.SchemaVersion, Software: o.cfg.Software, Plan: origin.Plan, PlanStale: origin.PlanStale,
		Network: origin.Network, Vantage: origin.Vantage, Generated: origin.Generated,
		CreatedAt: o.cfg.Clock.Now().UTC(), Beacon: o.chain.Beacon, ClockOffsetSeconds: o.offset, ClockStepped: o.stepped,
	}
}

// seal makes the draft's unit: signs it as the next of its chain, packs it and seals it.
func (o *Outbox) seal(d *draft) error {
	header := o.header(d.origin)
	header.ClockStepped = d.stepped
	name := o.cfg.Identity.Link(header.Network.Country, header.Network.ASN, header.CreatedAt)
	last := o.chain.Links[name]
	header.Sequence, header.Previous = last.Sequence+1, last.Previous
	one, err := measurement.Encode(header, []measurement.Record{d.first})
	if err != nil {
		return fmt.Errorf("encode batch: %w", err)
	}
	head, _, _ := bytes.Cut(one, []byte{'\n'})
	batch := slices.Concat(head, []byte{'\n'}, d.lines)
	key := o.cfg.Identity.Key(header.Network.Country, header.Network.ASN, header.CreatedAt)
	sealed, err := o.key.Seal(measurement.Signed{
		Key: key.Public().(ed25519.PublicKey), Signature: measurement.SignBatch(key, batch), Body: o.pack.EncodeAll(batch, nil),
	})
	if err != nil {
		return err
	}
	id := measurement.NewBatchID(batch)
	u := unit{number: o.next, owner: o.secret.owner, name: o.secret.name(id), hour: hourOf(header.CreatedAt), edge: d.edge}
	d.unit = u.frame(sealed)
	d.link = namedLink{Name: name, link: link{
		Month: header.CreatedAt.Format(monthForm), Sequence: header.Sequence, Previous: id.String(),
	}}
	return nil
}

// hourOf is the hour of a time since 1970; a clock before that is at its first hour.
func hourOf(at time.Time) uint32 { return uint32(max(0, at.Unix()/3600)) }
