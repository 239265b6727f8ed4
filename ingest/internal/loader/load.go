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
	"github.com/lamplight-net/lamplight/probes/measurement"
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

// decoded is a message and its rows. When err is set, part of it, if not all, can never be loaded, and it
// counts against loading on. Lines that a sender wrote badly do not: anybody could stop the loader by them.
type decoded struct {
	message  bus.Message
	rows     rows
	rejected []measurement.Rejected // lines of a batch that are no rows, and why
	err      error
}

// decode makes rows of a message.
func (d decoder) decode(m bus.Message) decoded {
	out := decoded{message: m}
	switch m.Topic {
	case bus.TopicBatches:
		out.rows, out.rejected, out.err = d.decodeBatch(m)
	case bus.TopicFeeds:
		out.rows, out.err = d.decodeFeed(m)
	default:
		out.err = fmt.Errorf("nobody loads topic %s", m.Topic)
	}
	return out
}

func (d decoder) decodeBatch(m bus.Message) (rows, []measurement.Rejected, error) {
	e, err := envelope.Decode(m, d.gateways)
	if err != nil {
		return rows{}, nil, err
	}
	opened, err := d.opener.Open(e.Key, e.Signature, e.Body, e.ReceivedAt)
	if err != nil {
		return rows{}, nil, err
	}
	batch, err := batchRow(e, opened)
	if err != nil {
		return rows{}, nil, err
	}
	return rows{measurements: measurementRows(e, opened, d.asn), batches: []store.Batch{batch}}, opened.Batch.Rejected, nil
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
