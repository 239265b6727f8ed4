package publish

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/dashboards/internal/examples"
)

func TestPublicOf(t *testing.T) {
	for _, c := range []struct {
		name   string
		states []incident.State
		want   []int // revisions
	}{
		{"a candidate", []incident.State{incident.StateCandidate}, []int{1}},
		{"only a draft", []incident.State{incident.StateDraft}, nil},
		{"a candidate in review", []incident.State{incident.StateCandidate, incident.StateInReview}, []int{1}},
		{"published", []incident.State{incident.StateCandidate, incident.StateDraft, incident.StatePublished}, []int{1, 3}},
		{"published quietly", []incident.State{incident.StateQuiet}, []int{1}},
		{"embargoed", []incident.State{incident.StateCandidate, incident.StatePublished, incident.StateEmbargoed}, nil},
		{"after an embargo", []incident.State{incident.StateEmbargoed, incident.StatePublished}, []int{2}},
		{"taken back", []incident.State{incident.StatePublished, incident.StateRetracted}, []int{1, 2}},
		{"a state of a later release", []incident.State{"secret"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var revisions []incident.Incident
			for n, s := range c.states {
				revisions = append(revisions, incident.Incident{Revision: n + 1, State: s})
			}
			var got []int
			for _, r := range publicOf(revisions) {
				got = append(got, r.Revision)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("public revisions (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWithholdValuesOfFewProbes(t *testing.T) {
	i := examples.Blackout()
	i.Evidence[0].Probes, i.Evidence[1].Probes = incident.FewestProbes-1, incident.FewestProbes
	got := withhold(i)

	few, enough := got.Evidence[0], got.Evidence[1]
	if len(few.Points) != 0 || few.Probes != 0 || few.Drop != 0 || few.Z != 0 || few.Why == i.Evidence[0].Why {
		t.Errorf("evidence of %d probes got out: %+v", incident.FewestProbes-1, few)
	}
	if few.Verdict != i.Evidence[0].Verdict {
		t.Errorf("verdict = %s, want it kept as %s", few.Verdict, i.Evidence[0].Verdict)
	}
	if diff := cmp.Diff(i.Evidence[1], enough); diff != "" {
		t.Errorf("evidence of %d probes changed (-want +got):\n%s", incident.FewestProbes, diff)
	}
	if len(i.Evidence[0].Points) == 0 {
		t.Error("withhold changed the incident it was given")
	}
}

// planted is a network of five volunteers as one of them, three, and all of them are off.
func planted() incident.Incident {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	point := func(minute int, value, usual float64) incident.Point {
		lower := usual / 2
		return incident.Point{At: at.Add(time.Duration(minute) * time.Minute), Value: &value, Baseline: &usual, Lower: &lower}
	}
	return incident.Incident{ID: "planted", Evidence: []incident.Evidence{{
		Signal: incident.SignalProbes, Source: "probes", Unit: "probes with an anchor answering", Verdict: incident.VerdictSaw,
		Why: "fell to 2 where 5.0 was expected", Drop: 0.6, Z: -4.44, Probes: 5, StepSeconds: 300, Step: 5 * time.Minute,
		Points: []incident.Point{point(0, 5, 5), point(5, 4, 5), point(10, 2, 5), point(15, 0, 5), point(20, 0, 4.44), point(25, 7, 4.44)},
	}}}
}

// No cell of any file rests on fewer than five probes, however few are off.
func TestEachPointIsGated(t *testing.T) {
	given := planted()
	got := withhold(given)
	type cell struct{ Value, Usual string }
	var cells []cell
	for _, p := range got.Evidence[0].Points {
		c := cell{decimal(p.Value), decimal(p.Baseline)}
		if p.Few {
			c.Value = "few"
		}
		cells = append(cells, c)
	}
	want := []cell{{"5", "5"}, {"few", "5"}, {"few", "5"}, {"0", "5"}, {"few", ""}, {"7", ""}}
	if diff := cmp.Diff(want, cells); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if *given.Evidence[0].Points[1].Value != 4 {
		t.Error("withhold changed the incident it was given")
	}

	var table bytes.Buffer
	if err := WriteCSV(&table, &got); err != nil {
		t.Fatal(err)
	}
	document, err := json.Marshal(NewDocument(got, "https://lamplight.example"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"CSV": table.String(), "JSON": string(document)} {
		for _, secret := range []string{",4,5,", ",2,5,", `"value":4,`, `"value":2,`, "4.44", "fell to 2", "0.6"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s gives %q away:\n%s", name, secret, text)
			}
		}
	}
	if !strings.Contains(table.String(), "fewer than 5") {
		t.Errorf("the CSV does not say why cells are empty:\n%s", table.String())
	}
}

// What a fall left is told as it is when it was enough, or nobody.
func TestSummariesAreGated(t *testing.T) {
	for name, test := range map[string]struct {
		expected int
		drop     float64
		want     float64
	}{
		"of five, one off":       {5, 0.2, 0},
		"of five, all off":       {5, 1, 1},
		"of forty, three left":   {40, 1 - 3./40, 0.75},
		"of forty, all off":      {40, 1, 1},
		"of forty, fifteen left": {40, 1 - 15./40, 1 - 15./40},
	} {
		i := planted()
		i.Evidence[0].Probes, i.Evidence[0].Drop = test.expected, test.drop
		if got := withhold(i).Evidence[0]; got.Drop != test.want || (got.Why == i.Evidence[0].Why) != (test.want == test.drop) {
			t.Errorf("%s: the fall is told as %g (%s), want %g", name, got.Drop, got.Why, test.want)
		}
	}
}
