package loader

import (
	"strconv"

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
	headerTooLarge  = "value_too_large" // the value is left out; it is at the offset until retention ends
)

// deadLetter is a message with the reason why it, or part of it, can never be loaded. Reasons go first: a
// message's own header of that name does not hide them.
func deadLetter(m bus.Message, reason error) bus.Message {
	text := reason.Error()
	text = text[:min(len(text), maxReasonBytes)]
	return bus.Message{Key: m.Key, Value: m.Value, Headers: append([]bus.Header{
		{Name: headerReason, Value: []byte(text)},
		{Name: headerTopic, Value: []byte(m.Topic)},
		{Name: headerPartition, Value: strconv.AppendInt(nil, int64(m.Partition), 10)},
		{Name: headerOffset, Value: strconv.AppendInt(nil, m.Offset, 10)},
	}, m.Headers...)}
}

// withoutBody is a dead letter that fits where the whole one does not.
func withoutBody(letter bus.Message) bus.Message {
	return bus.Message{Headers: append(letter.Headers[:4:4], bus.Header{Name: headerTooLarge, Value: strconv.AppendInt(nil, int64(len(letter.Value)), 10)})}
}
