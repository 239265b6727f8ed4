package web

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// answer serves one request, or fails before it has written anything.
type answer func(http.ResponseWriter, *http.Request) error

// patience is how long one request may keep the database busy.
const patience = 10 * time.Second

// handle runs an answer, counts it, and turns its error into a page that says what to do.
func (s *Site) handle(route string, run answer) http.Handler {
	for _, class := range []string{"2xx", "5xx"} { // to be watched from the start
		s.metrics.requests.WithLabelValues(route, class)
	}
	s.metrics.seconds.WithLabelValues(route)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		counted := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		ctx, cancel := context.WithTimeout(r.Context(), patience)
		defer cancel()
		if err := run(counted, r.WithContext(ctx)); err != nil {
			s.fail(counted, r, route, err)
		}
		s.metrics.requests.WithLabelValues(route, statusClass(counted.status)).Inc()
		s.metrics.seconds.WithLabelValues(route).Observe(time.Since(start).Seconds())
	})
}

func (s *Site) fail(w http.ResponseWriter, r *http.Request, route string, err error) {
	if errors.Is(err, incident.ErrNotFound) {
		s.problem(w, r, http.StatusNotFound)
		return
	}
	if r.Context().Err() == nil && s.failures.now(time.Now()) { // else the reader went away
		s.log.Error("page could not be made", "route", route, "error", err)
	}
	s.problem(w, r, http.StatusInternalServerError)
}

// statusWriter remembers the status for the metrics.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func statusClass(status int) string {
	switch {
	case status >= 500:
		return "5xx"
	case status >= 400:
		return "4xx"
	case status >= 300:
		return "3xx"
	}
	return "2xx"
}

// seldom says yes at most once in a while, so that a database that is away does not fill the log.
type seldom struct {
	every time.Duration
	next  atomic.Int64
}

func (s *seldom) now(t time.Time) bool {
	next := s.next.Load()
	return t.UnixNano() >= next && s.next.CompareAndSwap(next, t.Add(s.every).UnixNano())
}

type siteMetrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics(r prometheus.Registerer) (siteMetrics, error) {
	m := siteMetrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lamplight_site_requests_total", Help: "Requests answered by the site, by route and class of status.",
		}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "lamplight_site_request_duration_seconds", Help: "Time to answer a request, by route.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route"}),
	}
	return m, errors.Join(r.Register(m.requests), r.Register(m.seconds))
}
