package analysis_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/analysis"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// A region that the table knows has a country and a name, and so can be linked to reports of it.
func TestRegionsTable(t *testing.T) {
	r := openRoom(t)
	var points []store.Signal
	for at := hour(-48); at.Before(hour(6)); at = at.Add(5 * time.Minute) {
		p := store.Signal{Source: "ioda", EntityType: "region", EntityCode: "7", Name: "bgp", At: at, Value: 500, ReceivedAt: at}
		if !at.Before(hour(2)) && at.Before(hour(4)) {
			p.Value = 5
		}
		points = append(points, p)
	}
	if err := store.Insert(t.Context(), r.db, store.TableSignals, points); err != nil {
		t.Fatal(err)
	}
	report := store.Report{
		ID: strings.Repeat("a", 16), Source: "stop", Title: "North cut off", Link: "https://news.example/1", Country: "UA",
		Regions: []string{"UA-18"}, Scope: "regional", Type: "shutdown", StartDate: start,
	}
	if err := store.Insert(t.Context(), r.db, store.TableReports, []store.Report{report}); err != nil {
		t.Fatal(err)
	}
	table := filepath.Join(t.TempDir(), "regions.tsv")
	for text, want := range map[string]string{
		"7\tUA-18\tZhytomyr\n": "",
		"7 UA-18\n":            "--regions: read " + table + ": line 1",
	} {
		if err := os.WriteFile(table, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg := analysis.AnalyzerConfig{
			Every: time.Minute, Verdicts: time.Minute, Baseline: 24 * time.Hour, Reopen: 6 * time.Hour, Regions: table, Now: func() time.Time { return hour(6) },
		}
		a, err := analysis.NewAnalyzer(cfg, r.db, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
		if want != "" {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %v, want an error that says %q", text, err, want)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		found := r.look(t, a, 6)
		if len(found) != 1 || found[0].Place.String() != "UA/UA-18" || found[0].PlaceName != "Zhytomyr, Ukraine" ||
			found[0].TimeZone != "Europe/Kyiv" || len(found[0].Reports) != 1 {
			t.Errorf("found %+v", found)
		}
	}
}
