package revise

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// Nothing is taken back for want of data.
func TestWithdrawnOnlyWhereItWouldShow(t *testing.T) {
	during := func(from, to float64) func(float64) bool {
		return func(hour float64) bool { return hour >= from && hour < to }
	}
	goesOn, ended := with(event(1, 0, 3), named("a")), with(event(1, 3, 6), named("a"))
	unseen := with(ended, func(i *incident.Incident) { i.Evidence = i.Evidence[1:] })
	together := with(ended, func(i *incident.Incident) {
		i.Evidence = []incident.Evidence{i.Evidence[0]}
		i.Evidence[0].Verdict = incident.VerdictNormal
	})
	imported := with(ended, func(i *incident.Incident) {
		i.Evidence = append(i.Evidence[:1:1], i.Evidence[1])
		i.Evidence[1].Verdict = incident.VerdictSaw
	})
	for _, test := range []struct {
		name   string
		known  incident.Incident
		series []series.Series
		want   []string
	}{
		{"all of it is seen, and nothing found", goesOn, probes(-48, 12, nil), []string{"a withdrawn XL 01:00-goes on"}},
		{"and ended", ended, probes(-48, 12, nil), []string{"a withdrawn XL 01:00-03:00"}},
		{"what none saw alone", together, probes(-48, 12, nil), []string{"a withdrawn XL 01:00-03:00"}},
		{"nothing was read", goesOn, nil, nil},
		{"the data begin after the onset", goesOn, probes(2, 12, nil), nil},
		{"the data begin half a day before the onset", goesOn, probes(-11, 12, nil), nil},
		{"nobody looked before the onset", goesOn, probes(-48, 12, during(-24, 1)), nil},
		{"nobody looked for most of the event", ended, probes(-48, 12, during(1, 2.5)), nil},
		{"nobody looked for a part of the event", ended, probes(-48, 12, during(1, 1.5)), []string{"a withdrawn XL 01:00-03:00"}},
		{"another series saw it as well, and is not at hand", imported, probes(-48, 12, nil), nil},
		{"nobody says who saw it", unseen, probes(-48, 12, nil), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := Window{Since: at(-7 * 24), Until: at(12), Series: test.series}
			if diff := cmp.Diff(test.want, brief(Due(nil, []incident.Incident{test.known}, nil, w, at(12)))); diff != "" {
				t.Errorf("due (-want +got):\n%s", diff)
			}
		})
	}
}

// A look at less data than was looked at before changes nothing.
func TestAnEarlierLookChangesNothing(t *testing.T) {
	known := []incident.Incident{with(event(1, 5, 48), named("a")), with(event(2, 0, 48), named("b"), network(1))}
	w := Window{Since: at(-7 * 24), Until: at(3), Series: probes(-48, 3, nil)}
	if due := Due([]incident.Incident{event(1, 0, 3)}, known, nil, w, at(100)); len(due) != 0 {
		t.Errorf("due %v", brief(due))
	}
	w.Until = at(48)
	if due := Due([]incident.Incident{event(1, 6, 48)}, known[:1], nil, w, at(100)); len(due) != 1 {
		t.Errorf("of as much data as before: due %v", brief(due))
	}
}

// What a person has taken up and was over before the window is not told again when it turns out to have
// lasted into it.
func TestOverJustBeforeTheWindow(t *testing.T) {
	published := with(event(1, 5, 8), named("a"), func(i *incident.Incident) { i.State, i.Revision = incident.StatePublished, 3 })
	candidate := with(published, func(i *incident.Incident) { i.State = incident.StateCandidate })
	w := Window{Since: at(5.5), Until: at(9)}
	if due := Due([]incident.Incident{event(1, 6, 9)}, []incident.Incident{published}, nil, w, at(9)); len(due) != 0 {
		t.Errorf("due beside what was published: %v", brief(due))
	}
	due := Due([]incident.Incident{event(1, 6, 9)}, []incident.Incident{candidate}, nil, w, at(9))
	if len(due) != 1 || due[0].ID != "a" || due[0].Revision != 3 {
		t.Errorf("due of a candidate: %v", due)
	}
}

// An id that is taken is not given again, whenever the incident was that has it.
func TestIDsAreNotGivenTwice(t *testing.T) {
	w := Window{Since: at(0), Until: at(9)}
	first := Due([]incident.Incident{event(1, 6, 9)}, nil, nil, w, at(9))[0]
	second := Due([]incident.Incident{event(1, 6, 9)}, nil, map[string]bool{first.ID: true}, w, at(9))[0]
	if first.ID == second.ID || first.Revision != 0 || second.Revision != 0 {
		t.Errorf("ids %s and %s", first.ID, second.ID)
	}
}
