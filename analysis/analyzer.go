package analysis

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/conclude"
	"github.com/lamplight-net/lamplight/analysis/internal/judge"
	"github.com/lamplight-net/lamplight/analysis/internal/observe"
	"github.com/lamplight-net/lamplight/analysis/internal/revise"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// AnalyzerConfig is how far analysis looks back and how often it looks.
type AnalyzerConfig struct {
	Every    time.Duration `name:"every" help:"How often to look, with --loop." default:"1m" env:"LAMPLIGHT_ANALYZE_EVERY"`
	Settle   time.Duration `name:"settle" help:"How long to wait for what probes measured before it is judged." default:"15m" env:"LAMPLIGHT_ANALYZE_SETTLE"`
	Baseline time.Duration `name:"baseline" help:"How much of the past says what is normal." default:"672h" env:"LAMPLIGHT_ANALYZE_BASELINE"`
	Reopen   time.Duration `name:"reopen" help:"How long after its end an event may still be revised, for probes that come back late." default:"168h" env:"LAMPLIGHT_ANALYZE_REOPEN"`
	Verdicts time.Duration `name:"verdicts" help:"How often to judge the looks of hours of which something came, with --loop." default:"5m" env:"LAMPLIGHT_ANALYZE_VERDICTS"`
	Regions  string        `name:"regions" help:"Table of IODA's regions, one a line: IODA's id, ISO 3166-2 code and English name, with tabs between. Without it regions stand apart from their countries." placeholder:"FILE" type:"existingfile" env:"LAMPLIGHT_ANALYZE_REGIONS"`

	// CountryNames gives names to codes that ISO leaves to users; a rehearsal's countries have such.
	CountryNames map[string]string `kong:"-"`
	// Now dates the data; nil is the machine's clock. A rehearsal gives the clock of its stage.
	Now func() time.Time `kong:"-"`
}

// maxBaseline bounds how much is read at once: a quarter of a year of one country's bins.
const maxBaseline = 100 * 24 * time.Hour

// Validate returns an error that names the flag of a setting that cannot be.
func (c *AnalyzerConfig) Validate() error {
	for _, d := range []struct {
		flag               string
		value, least, most time.Duration
	}{
		{"--every", c.Every, 100 * time.Millisecond, time.Hour},
		{"--verdicts", c.Verdicts, 100 * time.Millisecond, 24 * time.Hour},
		{"--settle", c.Settle, 0, 24 * time.Hour},
		{"--baseline", c.Baseline, 24 * time.Hour, maxBaseline},
		{"--reopen", c.Reopen, time.Hour, maxBaseline},
	} {
		if d.value < d.least || d.value > d.most {
			return fmt.Errorf("%s: %v is not between %v and %v", d.flag, d.value, d.least, d.most)
		}
	}
	return nil
}

// Analyzer concludes incidents from what was seen. One may run on a database: of two that come to the same
// revision at once neither writes it, and their look fails with incident.ErrRevised.
type Analyzer struct {
	cfg       AnalyzerConfig
	db        *store.DB
	incidents *incident.Repository
	regions   observe.Regions
	log       *slog.Logger
	metrics   metrics
	failed    failedHours
	unplaced  bool // the last look found no probe in the place that it names
}

// NewAnalyzer checks the settings and reads the table of regions. The tables must exist when it first looks.
func NewAnalyzer(cfg AnalyzerConfig, db *store.DB, log *slog.Logger, registry prometheus.Registerer) (*Analyzer, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	regions, err := readRegions(cfg.Regions)
	if err != nil {
		return nil, err
	}
	m, err := newMetrics(registry)
	if err != nil {
		return nil, err
	}
	return &Analyzer{cfg: cfg, db: db, incidents: incident.NewRepository(db), regions: regions, log: log, metrics: m, failed: make(failedHours)}, nil
}

func readRegions(file string) (observe.Regions, error) {
	if file == "" {
		return nil, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("--regions: %w", err)
	}
	defer func() { _ = f.Close() }()
	regions, err := observe.ParseRegions(f)
	if err != nil {
		return nil, fmt.Errorf("--regions: read %s: %w", file, err)
	}
	return regions, nil
}

// Run looks for incidents, and judges the looks of probes, each every so often until ctx ends. While ClickHouse is away
// it tries again: what it does not look at now it looks at later.
func (a *Analyzer) Run(ctx context.Context) error {
	var both sync.WaitGroup
	both.Go(func() {
		a.analyzeNow(ctx)
		repeat(ctx, a.cfg.Every, a.analyzeNow)
	})
	both.Go(func() { repeat(ctx, a.cfg.Verdicts, a.judgeNow) })
	both.Wait()
	return nil
}

// repeat does something every so often until ctx ends.
func repeat(ctx context.Context, every time.Duration, do func(context.Context)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			do(ctx)
		}
	}
}

func (a *Analyzer) analyzeNow(ctx context.Context) {
	until := a.cfg.Now().Add(-a.cfg.Settle)
	if _, err := a.Analyze(ctx, until.Add(-a.cfg.Reopen), until); err != nil && ctx.Err() == nil {
		a.log.Warn("analysis failed, trying again", "error", err)
	}
}

func (a *Analyzer) judgeNow(ctx context.Context) {
	until := a.cfg.Now().Add(-a.cfg.Settle)
	if _, err := a.verdictsOfNew(ctx, until.Add(-a.cfg.Reopen), until); err != nil && ctx.Err() == nil {
		a.log.Warn("judging looks failed, trying again", "error", err)
	}
}

// Analyze concludes the incidents that were not over before since and began before until, and saves a
// revision of each that is new, changed or explained away. It returns those revisions.
func (a *Analyzer) Analyze(ctx context.Context, since, until time.Time) ([]incident.Incident, error) {
	start := time.Now()
	saved, err := a.analyze(ctx, since.UTC(), until.UTC().Truncate(series.Bin))
	if ctx.Err() == nil {
		a.metrics.ran(until, time.Since(start), saved, err)
	}
	return saved, err
}

func (a *Analyzer) analyze(ctx context.Context, since, until time.Time) ([]incident.Incident, error) {
	// On the hour, so that from look to look the window moves as the hours do that analysis reckons in.
	from := since.Add(-a.cfg.Baseline).Truncate(time.Hour)
	seen, err := a.look(ctx, from, until)
	if err != nil {
		return nil, err
	}
	keys, err := observe.CountKeys(ctx, a.db, since)
	if err != nil {
		return nil, err
	}
	a.metrics.counted(keys)
	unplaced := keys.Located == 0 && keys.Declared > 0
	if unplaced && !a.unplaced { // told once: it is so until somebody does something
		a.log.Warn("no probe was found where it says that it is, so none counts: does the gateway have location files?", "keys", keys.Declared)
	}
	a.unplaced = unplaced
	known, err := a.incidents.List(ctx, incident.Filter{Since: from, Until: until})
	if err != nil {
		return nil, err
	}
	taken, err := a.incidents.IDs(ctx)
	if err != nil {
		return nil, err
	}
	window := revise.Window{Since: since, Until: until, Series: seen.Series}
	var saved []incident.Incident
	for _, i := range revise.Due(conclude.Incidents(seen), known, taken, window, time.Now().UTC()) {
		i, err := a.save(ctx, i)
		if err != nil {
			return saved, err
		}
		saved = append(saved, i)
		a.log.Info("incident revised", "incident", i.ID, "revision", i.Revision, "state", string(i.State),
			"place", i.Place.String(), "type", string(i.Type), "onset", i.Onset.Best, "ongoing", i.Ongoing())
	}
	return saved, a.incidents.Looked(ctx, until)
}

// save writes a revision. What is taken back keeps its series: they show what was once believed, and why.
func (a *Analyzer) save(ctx context.Context, i incident.Incident) (incident.Incident, error) {
	if i.State == incident.StateWithdrawn {
		whole, err := a.incidents.Latest(ctx, i.ID)
		if err != nil {
			return incident.Incident{}, err
		}
		i.Evidence = whole.Evidence
	}
	return a.incidents.Save(ctx, i)
}

// look reads everything that a conclusion rests on.
func (a *Analyzer) look(ctx context.Context, from, until time.Time) (conclude.Seen, error) {
	all, err := observe.Read(ctx, a.db, a.regions, from, until, a.cfg.Now())
	if err != nil {
		return conclude.Seen{}, err
	}
	networks, err := observe.Networks(ctx, a.db, from, until)
	if err != nil {
		return conclude.Seen{}, err
	}
	for _, r := range a.regions {
		networks[r.Place] = judge.Network{Name: r.Name}
	}
	said, err := observe.Reports(ctx, a.db)
	if err != nil {
		return conclude.Seen{}, err
	}
	return conclude.Seen{Series: all, Networks: networks, Reports: said, CountryNames: a.cfg.CountryNames, Until: until}, nil
}
