package feedwire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/internal/observation"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// Rows are the rows of one message, and why some of its lines are none.
type Rows struct {
	Signals  []store.Signal
	Atlas    []store.AtlasConnection
	Reports  []store.Report
	Rejected []error

	Observations []observation.Observation
	ReceivedAt   time.Time // of Observations
}

// maxRejected bounds the reasons kept of one message; the first ones say enough.
const maxRejected = 10

// Decode reads what Encode wrote. It returns an error when the message as a whole cannot be used. Single
// bad lines are in Rejected: they cost no good one.
func Decode(m bus.Message) (Rows, error) {
	kind, _ := m.Header(headerKind)
	at, _ := m.Header(headerReceivedAt)
	receivedAt, err := time.Parse(time.RFC3339Nano, string(at))
	if err != nil || receivedAt.Year() < 2020 || receivedAt.Year() > 2100 {
		return Rows{}, errors.New("message header received_at is not a time from 2020 to 2100")
	}
	receivedAt = receivedAt.UTC()
	var rows Rows
	switch string(kind) {
	case kindSignals:
		rows.Signals, rows.Rejected = decodeLines(m.Value, receivedAt, signalLine.row)
	case kindAtlas:
		rows.Atlas, rows.Rejected = decodeLines(m.Value, receivedAt, atlasLine.row)
	case kindReports:
		rows.Reports, rows.Rejected = decodeLines(m.Value, receivedAt, reportLine.row)
	case kindObservations:
		rows.Observations, rows.Rejected = decodeLines(m.Value, receivedAt, observationLine.row)
		rows.ReceivedAt = receivedAt
	default:
		return Rows{}, errors.New("message header kind is none of signals, atlas, reports, observations")
	}
	return rows, nil
}

func decodeLines[L, R any](value []byte, receivedAt time.Time, convert func(L, time.Time) (R, error)) (rows []R, rejected []error) {
	number := 0
	for line := range bytes.Lines(value) {
		number++
		row, err := decodeLine(line, receivedAt, convert)
		switch {
		case err == nil:
			rows = append(rows, row)
		case len(rejected) < maxRejected:
			rejected = append(rejected, fmt.Errorf("line %d: %w", number, err))
		}
	}
	if number == 0 {
		rejected = []error{errors.New("message holds no line")}
	}
	return rows, rejected
}

func decodeLine[L, R any](line []byte, receivedAt time.Time, convert func(L, time.Time) (R, error)) (R, error) {
	var l L
	var none R
	if err := json.Unmarshal(line, &l); err != nil {
		return none, errors.New("not a JSON object of this kind")
	}
	again, err := json.Marshal(l)
	if err != nil || !bytes.Equal(append(again, '\n'), line) {
		return none, errors.New("not the one spelling of its row")
	}
	return convert(l, receivedAt)
}
