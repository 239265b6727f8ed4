package outbox

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// seal makes a batch of the open log. When it fails the log stays open. A crash between any two of its
// steps loses nothing and repeats nothing: the batch has the log's number, so a log whose batch exists,
// or whose number the chain has passed, is a log that was sealed.
func (o *Outbox) seal() error {
	if o.open == nil {
		return nil
	}
	file := o.open.file
	if err := o.sealLog(o.chain.Next); err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	o.open = nil
	o.makeRoom()
	o.announce()
	if err := file.Close(); err != nil {
		return fmt.Errorf("close log: %w", err)
	}
	return nil
}

// sealLog makes a batch of what is whole in a log, and removes the log.
func (o *Outbox) sealLog(number uint64) error {
	origin, records, lost, err := readLog(o.root, number)
	if err != nil {
		return err
	}
	if lost > 0 {
		o.cfg.Log.Warn("end of the outbox log was torn", "lost_bytes", lost, "records", len(records))
	}
	if len(records) > 0 {
		if err := o.sealRecords(number, origin, records); err != nil {
			return err
		}
	}
	o.removeLog(number)
	return nil
}

// removeLog removes a log that is sealed. If that fails it is tried again when the outbox is opened.
func (o *Outbox) removeLog(number uint64) {
	if err := o.root.Remove(logName(number)); err != nil {
		o.cfg.Log.Warn("a sealed outbox log could not be removed", "batch_number", number)
	}
}

func (o *Outbox) sealRecords(number uint64, origin Origin, records []measurement.Record) error {
	header := o.header(origin)
	key := o.cfg.Identity.Key(header.Network.Country, header.Network.ASN, header.CreatedAt)
	public := key.Public().(ed25519.PublicKey)
	last := o.chain.Links[hex.EncodeToString(public)]
	header.Sequence, header.Previous = last.Sequence+1, last.Previous
	signed, err := measurement.Encode(header, records)
	if err != nil {
		return fmt.Errorf("encode batch: %w", err)
	}
	batch := Batch{
		Number: number, ID: measurement.NewBatchID(signed), Key: public, Signature: measurement.SignBatch(key, signed),
	}
	if batch.Body, err = compress(signed); err != nil {
		return err
	}
	data := batch.encode()
	if err := durable.WriteFile(o.root, batchName(number), data); err != nil {
		return err
	}
	o.waiting = append(o.waiting, parcel{number, int64(len(data))})
	o.chain.extend(public, number, batch.ID, header)
	o.stale = true
	if err := o.syncChain(); err != nil {
		// The batch itself says all that the chain would; it stays until the chain is written.
		o.cfg.Log.Warn("outbox chain could not be written: will try again", "batch_number", number)
	}
	return nil
}

// header is the header of a batch that is sealed now, without its place in a chain.
func (o *Outbox) header(origin Origin) measurement.Header {
	return measurement.Header{
		Schema: measurement.SchemaVersion, Software: o.cfg.Software, Plan: origin.Plan, Network: origin.Network,
		CreatedAt: o.cfg.Clock.Now().UTC(), Beacon: o.chain.Beacon, Generated: origin.Generated,
	}
}

func (o *Outbox) syncChain() error {
	if !o.stale {
		return nil
	}
	if err := o.chain.write(o.root); err != nil {
		return err
	}
	o.stale = false
	return nil
}

// makeRoom gives up the oldest files until the outbox keeps its bound: what the gateway refused first.
func (o *Outbox) makeRoom() {
	for o.size() > o.cfg.MaxBytes && len(o.waiting)+len(o.aside) > 0 {
		list, name := &o.waiting, batchName
		if len(o.aside) > 0 {
			list, name = &o.aside, rejectedName
		}
		if err := o.root.Remove(name((*list)[0].number)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			o.cfg.Log.Error("outbox is full and cannot be emptied: check the state folder's permissions", "bytes", o.size())
			return
		}
		*list = (*list)[1:]
		o.chain.Dropped++
		o.stale = true
		o.cfg.Log.Warn("outbox is full: its oldest batch was given up", "dropped", o.chain.Dropped)
	}
}
