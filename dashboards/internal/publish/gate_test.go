package publish

import (
	"testing"

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
