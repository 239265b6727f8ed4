package loader

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
)

// maxReasonBytes bounds a reason: it may quote a message that somebody made on purpose.
const maxReasonBytes = 1000

// The headers that a dead letter has beside those of its message.
const (
	headerReason    = "reason"
	headerTopic     = "topic"
	headerPartition = "partition"
	headerOffset    = "offset"
	headerTable     = "table"           // of a row; its message became other rows, so there is no offset to name
	headerTooLarge  = "value_too_large" // the value is left out; it is at the offset until retention ends
)

// letter is what goes to batches.dead.v1: what can never be loaded, and why. Its own headers go first: a
// message's header of the same name does not hide them.
type letter struct {
	reason string
	own    []bus.Header
	of     bus.Message
}

// deadMessage is a message that can never be loaded, or of which part cannot.
func deadMessage(m bus.Message, reason error) letter {
	l := letter{reason: short(reason.Error()), of: m}
	l.own = []bus.Header{
		{Name: headerReason, Value: []byte(l.reason)},
		{Name: headerTopic, Value: []byte(m.Topic)},
		{Name: headerPartition, Value: strconv.AppendInt(nil, int64(m.Partition), 10)},
		{Name: headerOffset, Value: strconv.AppendInt(nil, m.Offset, 10)},
	}
	return l
}

// deadRow is a row that its table refuses.
func deadRow(table string, row any, reason error) letter {
	l := letter{reason: short(reason.Error()), of: bus.Message{Value: fmt.Appendf(nil, "%+v", row)}}
	l.own = []bus.Header{
		{Name: headerReason, Value: []byte(l.reason)},
		{Name: headerTable, Value: []byte(table)},
	}
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

// short bounds a reason, at the end of a character.
func short(reason string) string {
	return strings.ToValidUTF8(reason[:min(len(reason), maxReasonBytes)], "")
}
