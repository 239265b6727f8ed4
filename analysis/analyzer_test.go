package analysis_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/lamplight-net/lamplight/analysis"
	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/deploy/servicetest"
	"github.com/lamplight-net/lamplight/deploy/storetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

func TestMain(m *testing.M) { servicetest.Main(m) }

// room is analysis over a database of its own, whose clock says now.
type room struct {
	db       *store.DB
	analyzer *analysis.Analyzer
	metrics  *prometheus.Registry
	now      time.Time
}

func openRoom(t *testing.T) *room {
	t.Helper()
	db := storetest.Open(t, store.MigrateIngest, analysis.Migrate)
	r := &room{db: db, metrics: prometheus.NewRegistry()}
	r.analyzer = r.another(t, r.metrics)
	return r
}

// another returns one more analyzer over the room's database.
func (r *room) another(t *testing.T, registry *prometheus.Registry) *analysis.Analyzer {
	t.Helper()
	cfg := analysis.AnalyzerConfig{
		Every: time.Minute, Verdicts: 100 * time.Millisecond, Settle: 15 * time.Minute, Baseline: 24 * time.Hour, Reopen: 6 * time.Hour, Now: func() time.Time { return r.now },
	}
	a, err := analysis.NewAnalyzer(cfg, r.db, slog.New(slog.DiscardHandler), registry)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// crowd is some probes of a country, whose keys are numbered from first on.
type crowd struct {
	country  string
	first, n int
	origin   store.Origin
	received func(measured time.Time) time.Time
}

// beats keeps what eight probes of a country measured from an hour to another, received when they say.
func (r *room) beats(t *testing.T, country string, from, to float64, received func(measured time.Time) time.Time) {
	t.Helper()
	r.crowd(t, crowd{country: country, n: 8, origin: store.OriginLocated, received: received}, from, to)
}

func (r *room) crowd(t *testing.T, c crowd, from, to float64) {
	t.Helper()
	var rows []store.Measurement
	for at := hour(from); at.Before(hour(to)); at = at.Add(5 * time.Minute) {
		for probe := range c.n {
			id, key := sha256.Sum256(fmt.Append(nil, c.country, c.first+probe, at)), sha256.Sum256(fmt.Append(nil, c.country, c.first+probe))
			rows = append(rows, store.Measurement{
				ID: string(id[:16]), Batch: string(id[:]), Probe: string(key[:]), MeasuredAt: at, ReceivedAt: c.received(at),
				Country: c.country, ASN: 64501, NetworkType: "fixed", Origin: string(c.origin), Kind: "beat",
				Source: store.SourceLamplight, Vantage: store.VantageProbe,
				DomesticTried: 2, DomesticAnswered: 2, ForeignTried: 2, ForeignAnswered: 2,
			})
		}
	}
	storetest.Keep(t, r.db, rows)
}

func hour(h float64) time.Time { return start.Add(time.Duration(h * float64(time.Hour))) }

func promptly(at time.Time) time.Time { return at.Add(time.Second) }

// look analyzes up to an hour, a quarter of an hour later.
func (r *room) look(t *testing.T, a *analysis.Analyzer, until float64) []incident.Incident {
	t.Helper()
	r.now = hour(until).Add(15 * time.Minute)
	saved, err := a.Analyze(t.Context(), hour(until).Add(-6*time.Hour), hour(until))
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

// A country falls silent, is found, and turns out to have been late: every look leaves its trace in the metrics,
// and what is taken back keeps its series.
func TestAnalyzer(t *testing.T) {
	r := openRoom(t)
	r.beats(t, "XM", -24, 12, promptly)
	r.beats(t, "XL", -24, 3, promptly)

	found := r.look(t, r.analyzer, 4)
	if len(found) != 1 || found[0].Revision != 1 || !found[0].Ongoing() || !found[0].Onset.Best.Equal(hour(3)) {
		t.Fatalf("an hour into the silence: %+v", found)
	}
	if again := r.look(t, r.analyzer, 4); len(again) != 0 {
		t.Errorf("looking again wrote %d revisions", len(again))
	}

	r.beats(t, "XL", 3, 12, func(at time.Time) time.Time {
		if late := hour(4.5); at.Before(late) {
			return late
		}
		return promptly(at)
	})
	back := r.look(t, r.analyzer, 8)
	if len(back) != 1 || back[0].ID != found[0].ID || back[0].Revision != 2 || back[0].State != incident.StateWithdrawn {
		t.Fatalf("after the probes delivered what they kept: %+v", back)
	}
	latest, err := incident.NewRepository(r.db).Latest(t.Context(), found[0].ID)
	if err != nil || len(latest.Evidence) == 0 || len(latest.Evidence[0].Points) == 0 {
		t.Errorf("what is withdrawn has no series: %+v, %v", latest.Evidence, err)
	}
	if early := r.look(t, r.analyzer, 4); len(early) != 0 {
		t.Errorf("a look at less data wrote %d revisions", len(early))
	}

	want := `
		# HELP lamplight_analysis_revisions_total Revisions of incidents written, by the state they put it in.
		# TYPE lamplight_analysis_revisions_total counter
		lamplight_analysis_revisions_total{state="candidate"} 1
		lamplight_analysis_revisions_total{state="withdrawn"} 1
		# HELP lamplight_analysis_runs_total Times that analysis looked, by result: done or failed.
		# TYPE lamplight_analysis_runs_total counter
		lamplight_analysis_runs_total{result="done"} 4
		lamplight_analysis_runs_total{result="failed"} 0
		# HELP lamplight_analysis_until_timestamp_seconds Time of the data up to which analysis last looked.
		# TYPE lamplight_analysis_until_timestamp_seconds gauge
		lamplight_analysis_until_timestamp_seconds ` + fmt.Sprint(float64(hour(4).Unix())) + "\n"
	if err := testutil.GatherAndCompare(r.metrics, strings.NewReader(want), "lamplight_analysis_revisions_total",
		"lamplight_analysis_runs_total", "lamplight_analysis_until_timestamp_seconds"); err != nil {
		t.Error(err)
	}
	if n := testutil.CollectAndCount(r.metrics, "lamplight_analysis_run_seconds"); n != 1 {
		t.Errorf("%d histograms of how long a look takes", n)
	}
}

// Of two analyzers that come to the same revision one is refused, and says so.
func TestTwoAnalyzers(t *testing.T) {
	r := openRoom(t)
	r.beats(t, "XM", -24, 4, promptly)
	r.beats(t, "XL", -24, 3, promptly)
	found := r.look(t, r.analyzer, 4)
	if len(found) != 1 {
		t.Fatalf("found %+v", found)
	}
	// Somebody is at the next revision, and has not written it.
	type claim struct {
		ID       string `ch:"id"`
		Revision uint32 `ch:"revision"`
		Writer   string `ch:"writer"`
	}
	if err := store.Insert(t.Context(), r.db, "incident_claims", []claim{{found[0].ID, 2, "somebody"}}); err != nil {
		t.Fatal(err)
	}
	r.beats(t, "XM", 4, 6, promptly)
	r.beats(t, "XL", 4, 6, promptly)
	other := prometheus.NewRegistry()
	r.now = hour(6.25)
	if _, err := r.another(t, other).Analyze(t.Context(), hour(0), hour(6)); !errors.Is(err, incident.ErrRevised) {
		t.Errorf("a second analyzer at the same revision: %v, want ErrRevised", err)
	}
	want := `
		# HELP lamplight_analysis_runs_total Times that analysis looked, by result: done or failed.
		# TYPE lamplight_analysis_runs_total counter
		lamplight_analysis_runs_total{result="done"} 0
		lamplight_analysis_runs_total{result="failed"} 1
	`
	if err := testutil.GatherAndCompare(other, strings.NewReader(want), "lamplight_analysis_runs_total"); err != nil {
		t.Error(err)
	}
	if revisions, err := incident.NewRepository(r.db).Revisions(t.Context(), found[0].ID); err != nil || len(revisions) != 1 {
		t.Errorf("%d revisions: %v", len(revisions), err)
	}
}
