package gateway

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	batches   *prometheus.CounterVec
	records   *prometheus.CounterVec
	bytes     prometheus.Counter
	seconds   prometheus.Histogram
	refused   prometheus.Counter
	unlocated prometheus.Counter
	retired   prometheus.Counter
	wanted    prometheus.Counter
	lists     *prometheus.CounterVec
}

// accepted is the result of a batch that was acknowledged; every other result is a refusal's code.
const accepted = "accepted"

func newMetrics(registry prometheus.Registerer, held *memory) (*metrics, error) {
	m := &metrics{
		batches: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lamplight_gateway_batches_total", Help: "Batches posted, by result.",
		}, []string{"result"}),
		records: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lamplight_gateway_records_total", Help: "Lines of acknowledged batches: accepted, or rejected as no record or out of time.",
		}, []string{"result"}),
		bytes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "lamplight_gateway_body_bytes_total", Help: "Compressed bytes of acknowledged batches.",
		}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "lamplight_gateway_answer_seconds", Help: "Time from a batch's last byte to its receipt, for acknowledged batches.",
			Buckets: []float64{.002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 20},
		}),
		refused: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "lamplight_gateway_connection_errors_total", Help: "Connections that failed before a request, such as TLS handshakes.",
		}),
	}
	// A counter that is there from the start can be watched from the start.
	m.batches.WithLabelValues(accepted)
	m.records.WithLabelValues(accepted)
	m.records.WithLabelValues("rejected")
	m.unlocated = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "lamplight_gateway_locate_errors_total", Help: "Lookups that failed: the geolocation file is damaged.",
	})
	m.retired = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "lamplight_gateway_retired_key_batches_total", Help: "Batches opened that were sealed to a key of --retired-key.",
	})
	m.wanted = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "lamplight_gateway_wanted_receipts_total", Help: "Receipts that named targets of --lists which few have looked at lately in the sender's country.",
	})
	m.lists = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "lamplight_gateway_list_requests_total", Help: "Requests for target lists: sent, unchanged since the caller's, unknown, or limited.",
	}, []string{"result"})
	for _, result := range []string{"sent", "unchanged", "unknown", "limited"} {
		m.lists.WithLabelValues(result)
	}
	memoryUsed := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "lamplight_gateway_body_memory_bytes", Help: "Memory held for bodies of requests under way.",
	}, func() float64 { return float64(held.used.Load()) })
	for _, c := range []prometheus.Collector{m.batches, m.records, m.bytes, m.seconds, m.refused, m.unlocated, m.retired, m.wanted, m.lists, memoryUsed} {
		if err := registry.Register(c); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
	}
	return m, nil
}
