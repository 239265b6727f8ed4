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
	for k, e := range i.Evidence {
		kept[k] = gate(e)
	}
	i.Evidence = kept
	return i
}

func gate(e incident.Evidence) incident.Evidence {
	switch {
	case e.Probes > 0 && e.Probes < incident.FewestProbes:
		return incident.Evidence{
			Signal: e.Signal, Place: e.Place, Service: e.Service, Source: e.Source, Unit: e.Unit, Verdict: e.Verdict,
			StepSeconds: e.StepSeconds, Step: e.Step,
			Why: fmt.Sprintf("Fewer than %d probes looked. Their values are withheld to protect the people who run them.", incident.FewestProbes),
		}
	case countsProbes(e.Signal):
		return gateCount(e)
	}
	return e // a share, which analysis gives only where enough probes looked, or what no probe measured
}

// countsProbes reports whether a signal's values are themselves numbers of probes.
func countsProbes(s incident.Signal) bool {
	return s == incident.SignalProbes || s == incident.SignalAtlas
}

// gateCount withholds each count that rests on too few probes, and what would give it away. A zero stays
// where enough were expected: that none of them was there rests on all of them.
func gateCount(e incident.Evidence) incident.Evidence {
	points := e.Points
	e.Points = nil
	for _, p := range points {
		enough := p.Baseline != nil && *p.Baseline >= incident.FewestProbes
		if !enough {
			p.Baseline, p.Lower = nil, nil
		}
		if p.Value != nil && *p.Value < incident.FewestProbes && (*p.Value != 0 || !enough) {
			p.Value, p.Few = nil, true
		}
		e.Points = append(e.Points, p)
	}
	return gateSummary(e)
}

// gateSummary blurs the depth of a fall that may have left some, but too few. Of the lowest count it knows
// only the fall and the most that was expected, and so takes twice as many for few.
func gateSummary(e incident.Evidence) incident.Evidence {
	left := (1 - e.Drop) * float64(e.Probes)
	if e.Probes == 0 || e.Drop >= 1 || left >= 2*incident.FewestProbes {
		return e
	}
	e.Drop = min(e.Drop, max(0, 1-2*float64(incident.FewestProbes)/float64(e.Probes)))
	e.Z = 0
	switch e.Verdict {
	case incident.VerdictSaw:
		e.Why = fmt.Sprintf("fell far below the %d probes expected; how far is withheld where fewer than %d were left", e.Probes, incident.FewestProbes)
	case incident.VerdictNormal:
		e.Why = fmt.Sprintf("was there and stayed within its noise, of %d probes expected; lower counts than %d are withheld", e.Probes, incident.FewestProbes)
	case incident.VerdictCouldNotSee: // says nothing of how many there were
	}
	return e
}
