package bus

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
)

// behind says how much is still to come in each partition that this member fetches. kafka-go hides which those are and
// only counts how often they were shared out anew; then all are forgotten, and each is there again with its next
// message. Otherwise a partition that went to another loader would keep its last value here for good.
type behind struct {
	gauge   *prometheus.GaugeVec
	topics  []string
	rebuilt func() bool // whether partitions were shared out since it was last called
}

func newBehind(topics []string) *behind {
	b := &behind{
		gauge: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "lamplight_kafka_behind_messages", Help: "Messages still to come after the last one fetched.",
		}, []string{"topic", "partition"}),
		topics: topics,
	}
	b.forget()
	return b
}

// forget leaves what can be watched from the start.
func (b *behind) forget() {
	b.gauge.Reset()
	for _, topic := range b.topics {
		b.gauge.WithLabelValues(topic, "0")
	}
}

func (b *behind) note(m *Message) {
	b.forgetMoved()
	b.gauge.WithLabelValues(m.Topic, strconv.Itoa(m.Partition)).Set(float64(m.Behind))
}

func (b *behind) forgetMoved() {
	if b.rebuilt() {
		b.forget()
	}
}

// Describe implements prometheus.Collector.
func (b *behind) Describe(out chan<- *prometheus.Desc) { b.gauge.Describe(out) }

// Collect implements prometheus.Collector. It looks itself, since a member that lost its partitions may fetch nothing.
func (b *behind) Collect(out chan<- prometheus.Metric) {
	b.forgetMoved()
	b.gauge.Collect(out)
}
