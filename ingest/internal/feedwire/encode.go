package feedwire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/internal/observation"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// The kinds of message, one for each table.
const (
	kindSignals = "signals"
	kindAtlas   = "atlas"
	kindReports = "reports"

	kindObservations = "observations"
)

// The names of the message's headers.
const (
	headerKind       = "kind"
	headerReceivedAt = "received_at"
)

// Limits of a message. It compresses little work into one without ever meeting Kafka's limit.
const (
	maxRows  = 1000
	maxBytes = 512 << 10
)

// Encode packs rows of store.Signal, store.AtlasConnection, store.Report or observation.Observation into messages, in
// their order.
// receivedAt is when all of them were taken in. It yields an error at most once, last: one of rows, or that
// a row is of another type or cannot be kept.
func Encode(rows iter.Seq2[any, error], receivedAt time.Time) iter.Seq2[bus.Message, error] {
	receivedAt = receivedAt.UTC().Truncate(time.Millisecond)
	return func(yield func(bus.Message, error) bool) {
		p := packer{receivedAt: receivedAt}
		for row, err := range rows {
			if err != nil {
				yield(bus.Message{}, err)
				return
			}
			kind, line, err := encodeRow(row, receivedAt)
			if err != nil {
				yield(bus.Message{}, fmt.Errorf("row %d: %w", p.total+1, err))
				return
			}
			if !p.fits(kind, line) && !yield(p.take(), nil) {
				return
			}
			p.add(kind, line)
		}
		if p.rows > 0 {
			yield(p.take(), nil)
		}
	}
}

// packer gathers the lines of one message.
type packer struct {
	receivedAt time.Time
	kind       string
	rows       int
	lines      bytes.Buffer
	total      int
}

func (p *packer) fits(kind string, line []byte) bool {
	return p.rows == 0 || kind == p.kind && p.rows < maxRows && p.lines.Len()+len(line)+1 <= maxBytes
}

func (p *packer) add(kind string, line []byte) {
	p.kind = kind
	p.rows++
	p.total++
	p.lines.Write(line)
	p.lines.WriteByte('\n')
}

func (p *packer) take() bus.Message {
	m := bus.Message{
		Value: bytes.Clone(p.lines.Bytes()),
		Headers: []bus.Header{
			{Name: headerKind, Value: []byte(p.kind)},
			{Name: headerReceivedAt, Value: p.receivedAt.AppendFormat(nil, time.RFC3339Nano)},
		},
	}
	p.rows = 0
	p.lines.Reset()
	return m
}

func encodeRow(row any, receivedAt time.Time) (kind string, line []byte, err error) {
	switch r := row.(type) {
	case store.Signal:
		l := fromSignal(r)
		_, err = l.row(receivedAt)
		return kindSignals, marshal(l, &err), err
	case store.AtlasConnection:
		l := fromAtlas(r)
		_, err = l.row(receivedAt)
		return kindAtlas, marshal(l, &err), err
	case store.Report:
		l := fromReport(r)
		_, err = l.row(receivedAt)
		return kindReports, marshal(l, &err), err
	case observation.Observation:
		l := fromObservation(r)
		_, err = l.row(receivedAt)
		return kindObservations, marshal(l, &err), err
	}
	return "", nil, fmt.Errorf("%T is not a row of a feed", row)
}

// marshal encodes a line unless err says that there is no point.
func marshal(line any, err *error) []byte {
	if *err != nil {
		return nil
	}
	out, failed := json.Marshal(line)
	*err = failed
	return out
}
