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
			if diff := cmp.Diff(test.want, brief(Due(nil, []incident.Incident{test.known}, w, at(12)))); diff != "" {
				t.Errorf("due (-want +got):\n%s", diff)
			}
		})
	}
}

// A look at less data than was looked at before changes nothing.
func TestAnEarlierLookChangesNothing(t *testing.T) {
	known := []incident.Incident{with(event(1, 5, 48), named("a")), with(event(2, 0, 48), named("b"), network(1))}
	w := Window{Since: at(-7 * 24), Until: at(3), Series: probes(-48, 3, nil)}
	if due := Due([]incident.Incident{event(1, 0, 3)}, known, w, at(100)); len(due) != 0 {
		t.Errorf("due %v", brief(due))
	}
	w.Until = at(48)
	if due := Due([]incident.Incident{event(1, 6, 48)}, known[:1], w, at(100)); len(due) != 1 {
		t.Errorf("of as much data as before: due %v", brief(due))
	}
}
