package loader

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/ingest/store"
)

type metrics struct {
	rows          *prometheus.CounterVec
	blocks        prometheus.Counter
	committed     prometheus.Counter
	dead          prometheus.Counter
	rejected      *prometheus.CounterVec
	retries       *prometheus.CounterVec
	insertSeconds prometheus.Histogram
	delay         prometheus.Histogram
}

func newMetrics(registry prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		rows: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lamplight_loader_rows_total", Help: "Rows that ClickHouse has, copies included.",
		}, []string{"table"}),
		blocks: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "lamplight_loader_blocks_total", Help: "Blocks that ClickHouse has.",
		}),
		committed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "lamplight_loader_committed_blocks_total", Help: "Blocks whose offsets Kafka has; the messages of the others come again.",
		}),
		dead: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "lamplight_loader_dead_total", Help: "Dead letters written to batches.dead.v1.",
		}),
		rejected: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lamplight_loader_rejected_lines_total", Help: "Lines of batches that are no rows, by reason: no_record or out_of_time.",
		}, []string{"reason"}),
		retries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lamplight_loader_failed_steps_total", Help: "Tries that failed, by step: insert, bury or commit.",
		}, []string{"step"}),
		insertSeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "lamplight_loader_insert_seconds", Help: "Time to insert a block.",
			Buckets: []float64{.01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 30},
		}),
		delay: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "lamplight_loader_delay_seconds", Help: "Time from a gateway's receipt of a block's oldest batch to its rows in ClickHouse.",
			Buckets: []float64{.1, .2, .5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200, 86400},
		}),
	}
	for _, step := range []string{"insert", "bury", "commit"} { // to be watched from the start
		m.retries.WithLabelValues(step)
	}
	for _, table := range []string{store.TableBatches, store.TableMeasurements, store.TableSignals, store.TableAtlas, store.TableReports} {
		m.rows.WithLabelValues(table)
	}
	for _, reason := range []string{"no_record", "out_of_time"} {
		m.rejected.WithLabelValues(reason)
	}
	for _, c := range []prometheus.Collector{m.rows, m.blocks, m.committed, m.dead, m.rejected, m.retries, m.insertSeconds, m.delay} {
		if err := registry.Register(c); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
	}
	return m, nil
}
