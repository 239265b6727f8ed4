package analysis_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis"
)

// row is what the JSON promises of each row.
type row struct {
	Method            string   `json:"method"`
	Series            string   `json:"series"`
	Events            int      `json:"events"`
	Found             int      `json:"found"`
	Detections        int      `json:"detections"`
	FalseAlarms       int      `json:"false_alarms"`
	PlaceDays         float64  `json:"place_days"`
	FragmentsPerEvent float64  `json:"fragments_per_event"`
	OnsetError        *float64 `json:"onset_error_minutes_median"`
	EndError          *float64 `json:"end_error_minutes_median"`
}

func evaluate(t *testing.T, folder fstest.MapFS) []row {
	t.Helper()
	var out bytes.Buffer
	if err := analysis.Evaluate(t.Context(), folder, &out, true); err != nil {
		t.Fatal(err)
	}
	var rows []row
	decoder := json.NewDecoder(&out)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

func find(t *testing.T, rows []row, method, series string) row {
	t.Helper()
	i := slices.IndexFunc(rows, func(r row) bool { return r.Method == method && r.Series == series })
	if i < 0 {
		t.Fatalf("no row of %s on %s", method, series)
	}
	return rows[i]
}

var start = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// recording writes six days of two signals, of which the given hours are lost but for a tenth.
func recording(seed uint64, dark ...int) *fstest.MapFile {
	dice := rand.New(rand.NewPCG(seed, 1))
	var out strings.Builder
	out.WriteString("ping-slash24,unknown,timestamp,bgp\r\n") // any order, columns of no interest, another end of line
	for i := range 6 * 288 {
		left := 1.0
		if slices.Contains(dark, i/12) {
			left = 0.1
		}
		fmt.Fprintf(&out, "%.0f,x,%d,%.0f\r\n", left*(600+8*dice.NormFloat64()), start.Unix()+int64(i)*300, left*(900+2*dice.NormFloat64()))
	}
	return &fstest.MapFile{Data: []byte(out.String())}
}

func TestEvaluate(t *testing.T) {
	folder := fstest.MapFS{
		"labels.csv": {Data: []byte("\ufeffend_utc,series_file,start_utc,note\n" +
			"2026-03-05T03:55:00Z,ioda_country_IQ.csv,2026-03-05T02:00:00Z,found\n" +
			"2026-03-05 22:55:00,ioda_country_IQ.csv,2026-03-05 21:00:00,did not happen\n" +
			",ioda_region_4369.csv,,nothing happened\n")},
		"ioda_country_IQ.csv":  recording(1, 98, 99),
		"ioda_region_4369.csv": recording(2, 110),
	}
	rows := evaluate(t, folder)
	got := find(t, rows, "lamplight", "ioda_country_IQ.csv")
	zero := 0.0
	want := row{
		Method: "lamplight", Series: "ioda_country_IQ.csv", Events: 2, Found: 1, Detections: 1, PlaceDays: 6,
		FragmentsPerEvent: 1, OnsetError: &zero, EndError: &zero,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	all := find(t, rows, "lamplight", "all")
	if all.Events != 2 || all.Found != 1 || all.FalseAlarms != 1 || all.PlaceDays != 12 {
		t.Errorf("summed up: %+v", all)
	}
	find(t, rows, "ioda-any-of-three", "all")
	var table bytes.Buffer
	if err := analysis.Evaluate(t.Context(), folder, &table, false); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(table.String(), "\n"); lines != len(rows)+1 {
		t.Errorf("the table has %d lines for %d rows:\n%s", lines, len(rows), table.String())
	}
}

func TestEvaluateSaysWhatIsWrong(t *testing.T) {
	labels := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	for want, folder := range map[string]fstest.MapFS{
		"labels.csv":         {},
		"no column":          {"labels.csv": labels("a,b\n")},
		"names no series":    {"labels.csv": labels("series_file,start_utc,end_utc\n")},
		"line 2":             {"labels.csv": labels("series_file,start_utc,end_utc\nioda_country_IQ.csv,yesterday,2026-01-01 00:00:00\n")},
		"before it starts":   {"labels.csv": labels("series_file,start_utc,end_utc\nioda_country_IQ.csv,2026-01-02 00:00:00,2026-01-01 00:00:00\n")},
		"ioda_country_IQ":    {"labels.csv": labels("series_file,start_utc,end_utc\nioda_country_IQ.csv,,\n")},
		"not a path":         {"labels.csv": labels("series_file,start_utc,end_utc\n../secret,,\n")},
		"does not begin":     {"labels.csv": labels("series_file,start_utc,end_utc\nx.csv,,\n")},
		"is not a number":    {"labels.csv": labels("series_file,start_utc,end_utc\nioda_country_IQ.csv,,\n"), "ioda_country_IQ.csv": labels("timestamp,bgp\n1772323200,many\n")},
		"no value in any of": {"labels.csv": labels("series_file,start_utc,end_utc\nioda_country_IQ.csv,,\n"), "ioda_country_IQ.csv": labels("timestamp,bgp\n1772323200,\n")},
	} {
		err := analysis.Evaluate(t.Context(), folder, &bytes.Buffer{}, false)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error that says %q, got %v", want, err)
		}
	}
}

// The goals that the handbook states, on recordings that are not ours to pass on.
func TestGoalsOnRecordings(t *testing.T) {
	const folder = "../../shared/data/ioda"
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the recordings are not here")
	}
	var out bytes.Buffer
	if err := analysis.Evaluate(t.Context(), os.DirFS(folder), &out, true); err != nil {
		t.Fatal(err)
	}
	var rows []row
	if err := json.Unmarshal(out.Bytes(), &rows); err != nil {
		t.Fatal(err)
	}
	all := find(t, rows, "lamplight", "all")
	if all.Found != all.Events || all.FalseAlarms > 1 || all.OnsetError == nil || *all.OnsetError > 10 {
		t.Errorf("%+v", all)
	}
	for _, r := range rows {
		if r.Method == "lamplight" && r.FragmentsPerEvent > 2 {
			t.Errorf("events fall apart: %+v", r)
		}
	}
}
