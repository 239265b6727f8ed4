package evaluate

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var day = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// spans reads "02:00-04:00 05:00-06:00".
func spans(t *testing.T, text string) []span {
	t.Helper()
	var out []span
	for word := range strings.FieldsSeq(text) {
		from, until, _ := strings.Cut(word, "-")
		out = append(out, span{clock(t, from), clock(t, until)})
	}
	return out
}

func clock(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse("15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return day.Add(at.Sub(at.Truncate(24 * time.Hour)))
}

func TestMatch(t *testing.T) {
	for _, test := range []struct {
		name, labels, found string
		want                tally
	}{
		{"nothing happened and nothing was found", "", "", tally{}},
		{"as labeled", "02:00-04:00", "02:00-04:00", tally{events: 1, found: 1, detections: 1, fragments: 1, onset: []float64{0}, end: []float64{0}}},
		{"missed", "02:00-04:00", "", tally{events: 1}},
		{"a false alarm", "", "02:00-04:00", tally{detections: 1, falseAlarms: 1}},
		{"late and long", "02:00-04:00", "02:10-04:25", tally{events: 1, found: 1, detections: 1, fragments: 1, onset: []float64{10}, end: []float64{25}}},
		{"early and short", "02:00-04:00", "01:55-03:00", tally{events: 1, found: 1, detections: 1, fragments: 1, onset: []float64{5}, end: []float64{60}}},
		{"under half an hour beside it", "02:00-04:00", "04:29-05:00", tally{events: 1, found: 1, detections: 1, fragments: 1, onset: []float64{149}, end: []float64{60}}},
		{"half an hour beside it", "02:00-04:00", "04:30-05:00", tally{events: 1, detections: 1, falseAlarms: 1}},
		{"half an hour before it", "02:00-04:00", "01:00-01:30", tally{events: 1, detections: 1, falseAlarms: 1}},
		{"in pieces, in any order", "02:00-04:00", "03:00-03:50 02:05-02:30 02:40-02:50", tally{
			events: 1, found: 1, detections: 3, fragments: 3, onset: []float64{5}, end: []float64{10},
		}},
		{"one detection over two events", "02:00-03:00 05:00-06:00", "02:00-06:00", tally{
			events: 2, found: 2, detections: 1, fragments: 2, onset: []float64{0, 180}, end: []float64{180, 0},
		}},
		{"one of two, and a false alarm", "02:00-03:00 12:00-13:00", "02:00-03:00 20:00-21:00", tally{
			events: 2, found: 1, detections: 2, falseAlarms: 1, fragments: 1, onset: []float64{0}, end: []float64{0},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var labels []Label
			for _, s := range spans(t, test.labels) {
				labels = append(labels, Label{Start: s.start, End: s.end})
			}
			got := match(labels, spans(t, test.found), 0)
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(tally{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRowsAddUp(t *testing.T) {
	a := tally{events: 2, found: 2, detections: 4, falseAlarms: 1, fragments: 3, days: 6, onset: []float64{0, 20}, end: []float64{5, 5}}
	b := tally{events: 1, detections: 1, falseAlarms: 1, days: 1.00049}
	c := tally{events: 1, found: 1, detections: 1, fragments: 1, days: 3, onset: []float64{5}, end: []float64{10}}
	var all tally
	for _, one := range []tally{a, b, c} {
		all.add(one)
	}
	ten, five := 10.0, 5.0
	for _, test := range []struct {
		name  string
		tally tally
		want  Row
	}{
		{"one", a, Row{Events: 2, Found: 2, Detections: 4, FalseAlarms: 1, PlaceDays: 6, FragmentsPerEvent: 1.5, OnsetErrorMinutesMedian: &ten, EndErrorMinutesMedian: &five}},
		{"nothing found has no errors", b, Row{Events: 1, Detections: 1, FalseAlarms: 1, PlaceDays: 1}},
		{"all", all, Row{
			Events: 4, Found: 3, Detections: 6, FalseAlarms: 2, PlaceDays: 10, FragmentsPerEvent: 1.333,
			OnsetErrorMinutesMedian: &five, EndErrorMinutesMedian: &five,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.want.Method, test.want.Series = "m", "s"
			if diff := cmp.Diff(test.want, test.tally.row("m", "s")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWriteTable(t *testing.T) {
	zero, ten := 0.0, 10.5
	rows := []Row{
		{Method: "lamplight", Series: "all", Events: 4, Found: 3, Detections: 5, FalseAlarms: 1, PlaceDays: 8, FragmentsPerEvent: 1.333, OnsetErrorMinutesMedian: &zero, EndErrorMinutesMedian: &ten},
		{Method: "ioda-bgp", Series: "a.csv"},
	}
	var out strings.Builder
	if err := WriteTable(&out, rows); err != nil {
		t.Fatal(err)
	}
	const want = `
     method  series  events  found  recall  precision  false alarms  per place-day  fragments per event  onset error (min)  end error (min)
  lamplight     all       4      3    0.75       0.80             1           0.12                 1.33                  0             10.5
   ioda-bgp   a.csv       0      0       -          -             0              -                 0.00                  -                -
`
	if diff := cmp.Diff(want, "\n"+out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
