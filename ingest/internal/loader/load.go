package loader

import (
	"crypto/ed25519"
	"errors"
	"fmt"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/internal/envelope"
	"github.com/lamplight-net/lamplight/ingest/internal/feedwire"
	"github.com/lamplight-net/lamplight/ingest/internal/intake"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// rows are rows of all tables.
type rows struct {
	measurements []store.Measurement
	batches      []store.Batch
	signals      []store.Signal
	atlas        []store.AtlasConnection
	reports      []store.Report
}

func (r *rows) len() int {
	return len(r.measurements) + len(r.batches) + len(r.signals) + len(r.atlas) + len(r.reports)
}

func (r *rows) add(more rows) {
	r.measurements = append(r.measurements, more.measurements...)
	r.batches = append(r.batches, more.batches...)
	r.signals = append(r.signals, more.signals...)
	r.atlas = append(r.atlas, more.atlas...)
	r.reports = append(r.reports, more.reports...)
}

// decoder makes rows of messages. It is safe for concurrent use.
type decoder struct {
	opener   *intake.Opener
	asn      asnOf
	gateways []ed25519.PublicKey
}

// decode returns a message's rows, and an error when any of it can never become rows.
func (d decoder) decode(m bus.Message) (rows, error) {
	switch m.Topic {
	case bus.TopicBatches:
		return d.decodeBatch(m)
	case bus.TopicFeeds:
		return d.decodeFeed(m)
	}
	return rows{}, fmt.Errorf("nobody loads topic %s", m.Topic)
}

func (d decoder) decodeBatch(m bus.Message) (rows, error) {
	e, err := envelope.Decode(m, d.gateways)
	if err != nil {
		return rows{}, err
	}
	opened, err := d.opener.Open(e.Key, e.Signature, e.Body, e.ReceivedAt)
	if err != nil {
		return rows{}, err
	}
	batch, err := batchRow(e, opened)
	if err != nil {
		return rows{}, err
	}
	return rows{measurements: measurementRows(e, opened, d.asn), batches: []store.Batch{batch}}, nil
}

func (d decoder) decodeFeed(m bus.Message) (rows, error) {
	feed, err := feedwire.Decode(m)
	if err != nil {
		return rows{}, err
	}
	return rows{
		measurements: observationRows(feed.Observations, feed.ReceivedAt, d.asn),
		signals:      feed.Signals, atlas: feed.Atlas, reports: feed.Reports,
	}, errors.Join(feed.Rejected...)
}
