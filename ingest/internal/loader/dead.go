package loader

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/internal/intake"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// maxReasonBytes bounds a reason: it may quote a message that somebody made on purpose.
const maxReasonBytes = 1000

// Bounds of what a letter tells of the lines of one batch.
const (
	maxLinesBytes  = 4 << 10
	maxOneLineText = 200
)

// The classes of lines that are no rows, as they are counted.
const (
	classTime   = "out_of_time"
	classRecord = "no_record"
)

// The headers that a dead letter has beside those of its message.
const (
	headerReason    = "reason"
	headerTopic     = "topic"
	headerPartition = "partition"
	headerOffset    = "offset"
	headerTable     = "table"           // of a row; its message became other rows, so there is no offset to name
	headerBatch     = "batch"           // hex; it is in the table batches, these lines included
	headerTooLarge  = "value_too_large" // the value is left out; it is at the offset until retention ends
)

// letter is what goes to batches.dead.v1: what can never be loaded, and why. Its own headers go first: a
// message's header of the same name does not hide them.
type letter struct {
	reason string
	own    []bus.Header
	of     bus.Message
	lines  map[string]int // how many lines of one batch are told of, by class; empty for other letters
}

// deadMessage is a message that can never be loaded, or of which part cannot.
func deadMessage(m bus.Message, reason error) letter {
	text := cut(reason.Error(), maxReasonBytes)
	return letter{reason: text, of: m, own: origin(m, text)}
}

func origin(m bus.Message, reason string) []bus.Header {
	return []bus.Header{
		{Name: headerReason, Value: []byte(reason)},
		{Name: headerTopic, Value: []byte(m.Topic)},
		{Name: headerPartition, Value: strconv.AppendInt(nil, int64(m.Partition), 10)},
		{Name: headerOffset, Value: strconv.AppendInt(nil, m.Offset, 10)},
	}
}

// deadRow is a row that its table refuses.
func deadRow(table string, row any, reason error) letter {
	l := letter{reason: cut(reason.Error(), maxReasonBytes), of: bus.Message{Value: fmt.Appendf(nil, "%+v", row)}}
	l.own = []bus.Header{
		{Name: headerReason, Value: []byte(l.reason)},
		{Name: headerTable, Value: []byte(table)},
	}
	return l
}

// deadLines tells which lines of a batch are no rows, and why: one letter for all of them.
func deadLines(m bus.Message, batch string, rejected []measurement.Rejected) letter {
	l := letter{reason: fmt.Sprintf("%d lines of the batch are no rows", len(rejected)), lines: map[string]int{}}
	var text strings.Builder
	for i, r := range rejected {
		class := classRecord
		if r.Reason == intake.ReasonTime {
			class = classTime
		}
		l.lines[class]++
		if text.Len() < maxLinesBytes {
			fmt.Fprintf(&text, "line %d: %s\n", r.Number, cut(r.Reason, maxOneLineText))
			if text.Len() >= maxLinesBytes && i+1 < len(rejected) {
				fmt.Fprintf(&text, "and %d more\n", len(rejected)-i-1)
			}
		}
	}
	l.of.Value = []byte(text.String())
	l.own = append(origin(m, l.reason), bus.Header{Name: headerBatch, Value: []byte(hex.EncodeToString([]byte(batch)))})
	return l
}

// whole is the letter with all that its message had.
func (l letter) whole() bus.Message {
	return bus.Message{Key: l.of.Key, Value: l.of.Value, Headers: append(l.own[:len(l.own):len(l.own)], l.of.Headers...)}
}

// withoutBody is the letter where the whole one does not fit.
func (l letter) withoutBody() bus.Message {
	size := strconv.AppendInt(nil, int64(len(l.of.Value)), 10)
	return bus.Message{Headers: append(l.own[:len(l.own):len(l.own)], bus.Header{Name: headerTooLarge, Value: size})}
}

// cut bounds a text, at the end of a character.
func cut(text string, most int) string { return strings.ToValidUTF8(text[:min(len(text), most)], "") }
