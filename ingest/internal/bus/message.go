package bus

import (
	"slices"

	"github.com/segmentio/kafka-go"
)

// Message is one message of a topic. Topic is without the cluster's prefix. Partition, Offset and Behind
// are set on messages that were fetched.
type Message struct {
	Topic   string
	Key     []byte
	Value   []byte
	Headers []Header

	Partition int
	Offset    int64
	// Behind is how many messages of the partition were still to come when this one was fetched.
	Behind int64
}

// Header is one named value beside a message. A name may occur more than once; the first one counts.
type Header struct {
	Name  string
	Value []byte
}

// Header returns the first header of that name, and whether there is one.
func (m *Message) Header(name string) ([]byte, bool) {
	i := slices.IndexFunc(m.Headers, func(h Header) bool { return h.Name == name })
	if i < 0 {
		return nil, false
	}
	return m.Headers[i].Value, true
}

func (c Cluster) encode(m Message) kafka.Message {
	out := kafka.Message{Topic: c.Prefix + m.Topic, Key: m.Key, Value: m.Value}
	for _, h := range m.Headers {
		out.Headers = append(out.Headers, kafka.Header{Key: h.Name, Value: h.Value})
	}
	return out
}

func (c Cluster) decode(m kafka.Message) Message {
	out := Message{
		Topic: m.Topic[len(c.Prefix):], Key: m.Key, Value: m.Value,
		Partition: m.Partition, Offset: m.Offset, Behind: max(0, m.HighWaterMark-m.Offset-1),
	}
	for _, h := range m.Headers {
		out.Headers = append(out.Headers, Header{Name: h.Key, Value: h.Value})
	}
	return out
}
