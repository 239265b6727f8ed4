package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/analysis"
	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/deploy/servicetest"
	"github.com/lamplight-net/lamplight/ingest"
	"github.com/lamplight-net/lamplight/ingest/store"
	"github.com/lamplight-net/lamplight/probes/lab"
)

func TestMain(m *testing.M) {
	lab.SceneChild() // does not return in the process that plays a scene
	servicetest.Main(m)
}

// observatory is a whole machine, of which only the analysis is started by hand.
type observatory struct {
	*machineRunning
	process *process
	dir     string
}

func startObservatory(t *testing.T, set ...func(*machine)) observatory {
	t.Helper()
	servicetest.Engine(t) // skips where this machine cannot run it
	var m machine
	if err := kong.ApplyDefaults(&m); err != nil {
		t.Fatal(err)
	}
	for _, change := range set {
		change(&m)
	}
	m.Gateway.Listen, m.Site.Listen = "127.0.0.1:0", "127.0.0.1:0"
	p := &process{log: slog.New(slog.DiscardHandler), metrics: prometheus.NewRegistry(), out: io.Discard, err: io.Discard}
	dir := t.TempDir()
	r, err := m.start(t.Context(), p, dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var servers sync.WaitGroup
	servers.Go(func() {
		if err := together(ctx, r.parts...); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		stop()
		servers.Wait()
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return observatory{machineRunning: r, process: p, dir: dir}
}

// bring imports a recording and waits until the view holds what was taken of it.
func (o observatory) bring(t *testing.T, cfg ingest.ImportConfig, view string) {
	t.Helper()
	result, err := ingest.Import(t.Context(), cfg, o.Kafka, ingest.GeoConfig{}, o.process.log, nil)
	if err != nil {
		t.Fatal(err)
	}
	type count struct {
		N uint64 `ch:"n"`
	}
	last, lastGrew := uint64(0), time.Now()
	for {
		found, err := store.Collect(store.Select[count](t.Context(), o.db, "SELECT count() AS n FROM "+view))
		if err != nil {
			t.Fatal(err)
		}
		if n := found[0].N; n >= uint64(result.Taken) {
			return
		} else if n > last {
			last, lastGrew = n, time.Now()
		}
		// Copies collapse, so that fewer rows may come than were taken.
		if last > 0 && time.Since(lastGrew) > 5*time.Second {
			return
		}
		if time.Since(lastGrew) > time.Minute {
			t.Fatalf("of %d rows taken none arrived", result.Taken)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// conclude analyzes a span and returns the revisions that it led to.
func (o observatory) conclude(t *testing.T, since, until time.Time) []incident.Incident {
	t.Helper()
	analyzer, err := analysis.NewAnalyzer(o.Analyzer, o.db, o.process.log, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	saved, err := analyzer.Analyze(t.Context(), since, until)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

// madeUp writes ten days of IODA's series of a country in which nothing happens but, from one time to
// another, the loss of nine tenths of everything.
func madeUp(t *testing.T, from, dark, light time.Time) string {
	t.Helper()
	dice := rand.New(rand.NewPCG(1, 1))
	var out strings.Builder
	out.WriteString("timestamp,bgp,ping-slash24,merit-nt\n")
	for at := from; at.Before(from.AddDate(0, 0, 10)); at = at.Add(5 * time.Minute) {
		left := 1.0
		if !at.Before(dark) && at.Before(light) {
			left = 0.1
		}
		daily := 1 + 0.2*math.Sin(2*math.Pi*float64(at.Hour()*60+at.Minute())/1440)
		fmt.Fprintf(&out, "%d,%.0f,%.0f,%.0f\n", at.Unix(), left*(900+2*dice.NormFloat64()),
			left*(600+8*dice.NormFloat64())*math.Sqrt(daily), left*(3000+200*dice.NormFloat64())*daily)
	}
	path := filepath.Join(t.TempDir(), "series.csv")
	if err := os.WriteFile(path, []byte(out.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A recording goes through Kafka into ClickHouse, analysis finds its one event, and looking again changes
// nothing.
func TestRecordingLeadsToIncident(t *testing.T) {
	o := startObservatory(t)
	from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	dark := from.Add(8*24*time.Hour + 3*time.Hour)
	light := dark.Add(2 * time.Hour)
	o.bring(t, ingest.ImportConfig{Kind: "ioda", Source: madeUp(t, from, dark, light), Entity: "country/IQ"}, "v_signals")

	// While it goes on, it has no end.
	first := o.conclude(t, dark.Add(-48*time.Hour), dark.Add(time.Hour))
	if len(first) != 1 || !first[0].Ongoing() {
		t.Fatalf("an hour into the event: %d incidents, want one that goes on", len(first))
	}
	found := o.conclude(t, dark.Add(-48*time.Hour), from.AddDate(0, 0, 10))
	if len(found) != 1 {
		t.Fatalf("%d revisions, want one", len(found))
	}
	i := found[0]
	if i.ID != first[0].ID || i.Revision != 2 {
		t.Errorf("the same event is %s revision %d, before it was %s", i.ID, i.Revision, first[0].ID)
	}
	if i.Place != (incident.Place{Country: "IQ"}) || i.Type != incident.TypeNationwide || i.TimeZone != "Asia/Baghdad" {
		t.Errorf("found %s in %s, %s", i.Type, i.Place, i.TimeZone)
	}
	if off := i.Onset.Best.Sub(dark).Abs(); off > 5*time.Minute {
		t.Errorf("the onset is %v off", off)
	}
	if i.End == nil || i.End.Best.Sub(light).Abs() > 10*time.Minute {
		t.Errorf("the end is %v, want about %v", i.End, light)
	}
	if p := i.Shutdown.Probability; p <= 0 || p >= 1 || len(i.Shutdown.Reasons) < 3 {
		t.Errorf("probability %v with %d reasons", p, len(i.Shutdown.Reasons))
	}
	if again := o.conclude(t, dark.Add(-48*time.Hour), from.AddDate(0, 0, 10)); len(again) != 0 {
		t.Errorf("looking again wrote %d revisions", len(again))
	}
}
