package demo

import (
	"fmt"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// onsetTolerance is how far a found onset may lie from the true one: three bins of the analysis.
const onsetTolerance = 15 * time.Minute

// verdict says how one act was dealt with. An act that must not be found is well when nothing was.
type verdict struct {
	act        *Act
	incidents  []incident.Incident // what it was found as
	onsetError time.Duration       // the largest of them, later is positive
	linked     bool                // to the report of this very act, each of them
	problem    string              // empty if all is well
	busy       bool                // the problem may be that this machine was too busy to look
}

func (v *verdict) ok() bool { return v.problem == "" }

// judge compares what was found with what happened: one verdict an act, and the incidents that are no
// act's. One that happens to overlap an act without being what the act must be found as is a stray too: a
// reader would take it for a second event. A candidate that analysis itself withdrew is forgiven, except
// where nothing may be found at any time. It says nothing of pages.
func judge(acts []Act, found []incident.Incident) (verdicts []verdict, strays []incident.Incident) {
	for i := range acts {
		verdicts = append(verdicts, judgeAct(&acts[i], i+1, found))
	}
	for _, i := range found {
		counted := slices.ContainsFunc(verdicts, func(v verdict) bool { return v.counts(&i) })
		if !counted && i.State != incident.StateWithdrawn {
			strays = append(strays, i)
		}
	}
	return verdicts, strays
}

func (v *verdict) counts(i *incident.Incident) bool {
	return slices.ContainsFunc(v.incidents, func(of incident.Incident) bool { return of.ID == i.ID })
}

// judgeAct judges the act of this number, from 1.
func judgeAct(act *Act, number int, found []incident.Incident) verdict {
	v := verdict{act: act}
	for _, i := range found {
		if !act.concerns(&i) {
			continue
		}
		if act.Expect.Nothing() {
			v.incidents = append(v.incidents, i)
			v.problem = "an outage of our own was taken for one of " + i.PlaceName
			continue
		}
		if act.Expect.matches(&i) {
			v.incidents = append(v.incidents, i)
		}
	}
	if !act.Expect.Nothing() {
		v.weigh(reportLink(number))
	}
	return v
}

// weigh looks at what the act was found as, and notes the first thing wrong with it. link is that of the
// report of this act; a report of another, of the same day and country, is not enough.
func (v *verdict) weigh(link string) {
	if len(v.incidents) == 0 {
		v.problem = fmt.Sprintf("not found as %s in %s", v.act.Expect.Type, v.act.Expect.Place)
		return
	}
	v.linked = true
	var named []uint32
	for _, i := range v.incidents {
		off := i.Onset.Best.Sub(v.act.Begin)
		if off.Abs() > v.onsetError.Abs() {
			v.onsetError = off
		}
		v.linked = v.linked && slices.ContainsFunc(i.Reports, func(r incident.ReportLink) bool { return r.Link == link })
		named = append(named, networksOf(&i)...)
	}
	if n := len(v.incidents); n > 1 {
		v.problem = fmt.Sprintf("found as %d incidents, of which one is enough", n)
		return
	}
	for _, asn := range v.act.Expect.Networks {
		if v.act.Expect.Type == incident.TypeNetwork && !slices.Contains(named, asn) {
			v.problem = fmt.Sprintf("AS%d is not named", asn)
			return
		}
	}
	switch {
	case v.onsetError.Abs() > onsetTolerance:
		v.problem = fmt.Sprintf("onset is %s off", minutes(v.onsetError))
	case !v.linked:
		v.problem = "not linked to the report of it"
	}
}
