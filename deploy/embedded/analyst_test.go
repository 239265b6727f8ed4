package embedded_test

import (
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/ingest/store"
)

// Analysts read the views, each row exactly once, and nothing else.
func TestAnalyst(t *testing.T) {
	options := store.Options{Address: start(t, t.TempDir()).Native(), Database: "lamplight"}
	if err := store.Create(t.Context(), options); err != nil {
		t.Fatal(err)
	}
	db := openAs(t, options, "default")
	if err := store.MigrateIngest(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if err := store.OpenViews(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	row := store.Measurement{ID: strings.Repeat("i", 16), Batch: strings.Repeat("b", 32), Probe: strings.Repeat("p", 32), Country: "XL", MeasuredAt: time.Now(), ReceivedAt: time.Now()}
	for range 2 {
		if err := store.Insert(t.Context(), db, store.TableMeasurements, []store.Measurement{row}); err != nil {
			t.Fatal(err)
		}
	}
	analyst := openAs(t, options, "lamplight_analyst")
	type measured struct {
		Country string `ch:"country"`
	}
	rows, err := store.Collect(store.Select[measured](t.Context(), analyst, "SELECT country FROM v_measurements"))
	if err != nil || len(rows) != 1 || rows[0].Country != "XL" {
		t.Errorf("v_measurements gives %v: %v", rows, err)
	}
	for statement, want := range map[string]string{
		"SELECT count() FROM measurements":                                 "Not enough privileges",
		"SELECT count() FROM migrations_ingest":                            "Not enough privileges",
		"INSERT INTO measurements (country) VALUES ('XM')":                 "Not enough privileges",
		"ALTER TABLE measurements DELETE WHERE true":                       "Not enough privileges",
		"DROP VIEW v_measurements":                                         "Not enough privileges",
		"CREATE TABLE mine (a String) ENGINE = Memory":                     "Not enough privileges",
		"SELECT * FROM system.users":                                       "Not enough privileges",
		"SELECT * FROM file('/etc/hostname', 'LineAsString')":              "Not enough privileges",
		"SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')":         "Not enough privileges",
		"SELECT count() FROM v_measurements SETTINGS readonly = 0":         "in readonly mode",
		"SELECT 1 SETTINGS max_execution_time = 601":                       "shouldn't be greater than 600",
		"SELECT 1 SETTINGS max_memory_usage = 4000000001":                  "shouldn't be greater than 4000000000",
		"SELECT count() FROM v_measurements SETTINGS max_execution_time=9": "",
	} {
		err := analyst.Exec(t.Context(), statement)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", statement, err)
		}
	}
	type quota struct {
		Name string `ch:"quota_name"`
	}
	used, err := store.Collect(store.Select[quota](t.Context(), db, "SELECT quota_name FROM system.quotas_usage WHERE quota_name = 'lamplight_analyst' AND queries > 0"))
	if err != nil || len(used) == 0 {
		t.Errorf("no quota counts what analysts ask: %v, %v", used, err)
	}
}

func openAs(t *testing.T, o store.Options, user string) *store.DB {
	t.Helper()
	o.Username = user
	db, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}
