package analysis

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/observe"
	"github.com/lamplight-net/lamplight/analysis/internal/verdict"
)

// metrics are what an operator sees of analysis.
type metrics struct {
	runs      *prometheus.CounterVec
	seconds   prometheus.Histogram
	until     prometheus.Gauge
	revisions *prometheus.CounterVec
	keys      *prometheus.GaugeVec

	verdictRuns  *prometheus.CounterVec
	verdictUntil prometheus.Gauge
	verdictsDue  prometheus.Gauge
	looks        *prometheus.CounterVec
	uncontrolled prometheus.Counter
}

func newMetrics(registry prometheus.Registerer) (metrics, error) {
	m := metrics{
		runs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lamplight_analysis_runs_total", Help: "Times that analysis looked, by result: done or failed.",
		}, []string{"result"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "lamplight_analysis_run_seconds", Help: "How long one look took.",
			Buckets: prometheus.ExponentialBuckets(0.05, 2, 12),
		}),
		until: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "lamplight_analysis_until_timestamp_seconds", Help: "Time of the data up to which analysis last looked.",
		}),
		revisions: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lamplight_analysis_revisions_total", Help: "Revisions of incidents written, by the state they put it in.",
		}, []string{"state"}),
		keys: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "lamplight_analysis_keys",
			Help: "Keys that signed batches in the time that was looked at: located where the gateway has found them in the place that they say, else declared. Incidents do not rest on the latter.",
		}, []string{"place"}),
		verdictRuns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lamplight_analysis_verdict_runs_total", Help: "Times that looks of the hours that were due were judged, some hours at a time, by result: done or failed.",
		}, []string{"result"}),
		verdictUntil: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "lamplight_analysis_verdicts_until_timestamp_seconds", Help: "Time of the data up to which hours were last chosen to be judged.",
		}),
		verdictsDue: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "lamplight_analysis_verdict_hours_waiting", Help: "Hours whose looks are due to be judged and were left for later runs.",
		}),
		looks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lamplight_analysis_looks_judged_total", Help: "Looks judged, by verdict; one that is judged again counts again.",
		}, []string{"verdict"}),
		uncontrolled: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "lamplight_analysis_looks_without_control_total", Help: "Those of them that no control's look stood beside.",
		}),
	}
	m.runs.WithLabelValues("done") // to be watched from the start
	m.runs.WithLabelValues("failed")
	m.revisions.WithLabelValues(string(incident.StateCandidate))
	m.revisions.WithLabelValues(string(incident.StateWithdrawn))
	for _, class := range verdict.Classes() {
		m.looks.WithLabelValues(string(class))
	}
	m.keys.WithLabelValues("located")
	m.keys.WithLabelValues("declared")
	m.verdictRuns.WithLabelValues("done")
	m.verdictRuns.WithLabelValues("failed")
	var errs []error
	for _, c := range []prometheus.Collector{m.runs, m.seconds, m.until, m.revisions, m.keys, m.verdictRuns, m.verdictUntil, m.verdictsDue, m.looks, m.uncontrolled} {
		errs = append(errs, registry.Register(c))
	}
	return m, errors.Join(errs...)
}

func (m *metrics) ran(until time.Time, took time.Duration, saved []incident.Incident, err error) {
	for _, i := range saved {
		m.revisions.WithLabelValues(string(i.State)).Inc()
	}
	m.seconds.Observe(took.Seconds())
	if err != nil {
		m.runs.WithLabelValues("failed").Inc()
		return
	}
	m.runs.WithLabelValues("done").Inc()
	m.until.Set(float64(until.Unix()))
}

func (m *metrics) counted(k observe.Keys) {
	m.keys.WithLabelValues("located").Set(float64(k.Located))
	m.keys.WithLabelValues("declared").Set(float64(k.Declared))
}

func (m *metrics) verdictsRan(until time.Time, waiting int, err error) {
	if err != nil {
		m.verdictRuns.WithLabelValues("failed").Inc()
		return
	}
	m.verdictRuns.WithLabelValues("done").Inc()
	m.verdictUntil.Set(float64(until.Unix()))
	m.verdictsDue.Set(float64(waiting))
}

func (m *metrics) judged(verdicts []incident.LookVerdict) {
	for i := range verdicts {
		m.looks.WithLabelValues(verdicts[i].Verdict).Inc()
		if verdicts[i].ControlAt == nil {
			m.uncontrolled.Inc()
		}
	}
}
