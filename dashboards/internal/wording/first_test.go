package wording_test

import (
	"testing"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/dashboards/internal/wording"
)

func TestFirst(t *testing.T) {
	recurs := func(weight float64) []incident.Reason {
		return []incident.Reason{{ID: "prior"}, {ID: "recurs", Weight: weight}}
	}
	for name, test := range map[string]struct {
		state       incident.State
		probability float64
		reasons     []incident.Reason
		want        bool
	}{
		"a first event":              {incident.StateCandidate, 0.07, recurs(-1), true},
		"one that recurs":            {incident.StateCandidate, 0.3, recurs(2), false},
		"a probable one":             {incident.StateCandidate, 0.9, recurs(-1), false},
		"one that was taken back":    {incident.StateWithdrawn, 0.07, recurs(-1), false},
		"one that nobody judged":     {incident.StateCandidate, 0, nil, false},
		"one without a word of that": {incident.StatePublished, 0.2, []incident.Reason{{ID: "prior"}}, true},
	} {
		i := incident.Incident{State: test.state, Shutdown: incident.Confidence{Probability: test.probability, Reasons: test.reasons}}
		if got := wording.First(&i); (got != "") != test.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
