package publish

import (
	"fmt"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// publicOf keeps the revisions that anybody may read. A draft or a revision in review hides only itself;
// an embargo, which is there for somebody's safety, hides the whole incident while it is the last word.
func publicOf(revisions []incident.Incident) []incident.Incident {
	if n := len(revisions); n > 0 && revisions[n-1].State == incident.StateEmbargoed {
		return nil
	}
	var out []incident.Incident
	for _, r := range revisions {
		switch r.State {
		case incident.StateCandidate, incident.StatePublished, incident.StateQuiet, incident.StateCorrected,
			incident.StateRetracted, incident.StateWithdrawn:
			out = append(out, r)
		default: // a state that this program does not know is not public either
		}
	}
	return out
}

// withhold takes out what must not be published, and says so in its place.
func withhold(i incident.Incident) incident.Incident {
	kept := make([]incident.Evidence, len(i.Evidence))
	copy(kept, i.Evidence)
	for k, e := range kept {
		if e.Probes > 0 && e.Probes < incident.FewestProbes {
			kept[k] = incident.Evidence{
				Signal: e.Signal, Place: e.Place, Service: e.Service, Source: e.Source, Unit: e.Unit, Verdict: e.Verdict,
				StepSeconds: e.StepSeconds, Step: e.Step,
				Why: fmt.Sprintf("Fewer than %d probes looked. Their values are withheld to protect the people who run them.", incident.FewestProbes),
			}
		}
	}
	i.Evidence = kept
	return i
}
