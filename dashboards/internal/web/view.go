package web

import (
	"fmt"
	"html/template"
	"math"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/dashboards/internal/publish"
	"github.com/lamplight-net/lamplight/dashboards/internal/wording"
)

// incidentView is an incident as its page shows it.
type incidentView struct {
	ID                        string
	Revision                  int
	Permanent                 bool // the page is of this revision, not of whatever is latest
	State                     wording.State
	Reviewed, Void, Generated bool
	AsOf                      string

	Event, Claim string
	Percent      string
	Meter        template.HTML
	Reasons      []reason
	First        string // why an event without a history scores low
	Facts        []fact
	Seen         string
	Zone         string
	Lead         *chartView // the strongest signal; nil without any chart
	Charts       []chartView
	Words        []chartView // signals that are not drawn
	More         int         // signals that only the CSV has
	Reports      []report
	Chance       string
	Questions    []string
	Citation     string
	PermanentURL string
	Files        string // address of the CSV and JSON, without their endings
	Revisions    []revisionView
}

// reason is an observation and what it does to the odds.
type reason struct {
	Text, Odds, Words string
	Bar               template.HTML
}

// fact is a line of the summary.
type fact struct{ Name, Value, Note string }

type report struct {
	Title, Link, Source, Date, Lag, Why string
}

type revisionView struct {
	Number           int
	Link, When, What string
	Current          bool
}

// questions are those that A/HRC/50/55 asks of every restriction. Measuring cannot answer them.
var questions = [...]string{
	"Did it have a basis in law?",
	"Was it necessary for a legitimate aim?",
	"Was it proportionate, and the least that would do?",
	"Was it authorized beforehand by a court or another independent body?",
	"Were the public and the operators told?",
	"Can it be appealed, and is there redress?",
}

func newIncidentView(e publish.Edition, base string, permanent bool) incidentView {
	i := &e.Incident
	zone := wording.Zone(i)
	v := incidentView{
		ID: i.ID, Revision: i.Revision, Permanent: permanent,
		State: wording.StateOf(i.State), Reviewed: wording.Reviewed(i.State), Void: wording.Void(i.State), Generated: i.Generated,
		AsOf:  i.AsOf.UTC().Format("2 Jan 2006 15:04") + " UTC",
		Event: wording.Event(i), Claim: wording.Claim(i),
		Percent: wording.Probability(i.Shutdown.Probability), Meter: meter(i.Shutdown.Probability),
		Reasons: newReasons(i.Shutdown.Reasons), First: wording.First(i), Facts: newFacts(i, zone), Seen: seen(i), Zone: zone.String(),
		Reports: newReports(i), Chance: chance(i), Questions: questions[:],
		PermanentURL: publish.PermanentURL(base, i.ID, i.Revision),
		Files:        publish.PermanentURL("", i.ID, i.Revision),
		Revisions:    newRevisions(e),
	}
	v.Citation = wording.Citation(i, v.PermanentURL)
	v.Charts, v.Words = newCharts(i, zone)
	if more := len(v.Words) - mostWords; more > 0 {
		v.Words, v.More = v.Words[:mostWords], more
	}
	if len(v.Charts) > 0 {
		v.Lead, v.Charts = &v.Charts[0], v.Charts[1:]
	}
	return v
}

func newReasons(from []incident.Reason) []reason {
	most := 0.0
	for _, r := range from {
		most = max(most, math.Abs(r.Weight))
	}
	var out []reason
	for _, r := range from {
		out = append(out, reason{r.Text, wording.Odds(r.Weight), wording.Weight(r.Weight), scale(r.Weight, most)})
	}
	return out
}

func newFacts(i *incident.Incident, zone *time.Location) []fact {
	facts := []fact{
		{"Began", wording.At(i.Onset.Best, zone), wording.Between(i.Onset, zone)},
	}
	switch {
	case i.Unseen():
		facts = append(facts, fact{"Ended", "not known", "not seen since " + wording.At(i.SeenUntil(), zone)})
	case i.Ongoing():
		facts = append(facts, fact{"Ended", "not yet", "as of " + wording.At(i.AsOf, zone)})
	default:
		least, most := i.End.Earliest.Sub(i.Onset.Latest), i.End.Latest.Sub(i.Onset.Earliest)
		facts = append(facts,
			fact{"Ended", wording.At(i.End.Best, zone), wording.Between(*i.End, zone)},
			fact{"Lasted", wording.Duration(i.End.Best.Sub(i.Onset.Best)),
				fmt.Sprintf("at least %s, at most %s", wording.Duration(max(least, 0)), wording.Duration(most))})
	}
	facts = append(facts,
		fact{"Place", i.PlaceName, i.Place.String()},
		fact{"Reach", wording.Reach(i.Type), ""},
		fact{"Affected", wording.Extent(i.Extent), strings.Join(i.Services, ", ")},
	)
	if len(i.Networks) > 0 || len(i.NetworkTypes) > 0 {
		facts = append(facts, fact{"Networks", strings.Join(i.NetworkTypes, " and "), wording.ASNs(i.Networks)})
	}
	if deepest := wording.DeepestSeen(i); deepest.Drop > 0 {
		facts = append(facts, fact{"Deepest fall", fmt.Sprintf("%.0f %%", 100*deepest.Drop),
			"below what is usual at that hour; seen by: " + wording.Signal(deepest) + whereElse(i, deepest)})
	}
	return append(facts, fact{"Cause", wording.Cause(i.Cause), ""})
}

// whereElse names the place of evidence that is of a part of the incident's, or of what is around it.
func whereElse(i *incident.Incident, e incident.Evidence) string {
	if e.Place == i.Place {
		return ""
	}
	return ", " + e.Place.String()
}

func newReports(i *incident.Incident) []report {
	var out []report
	for _, l := range i.Reports {
		date := l.StartDate.Format("2 Jan 2006")
		if l.EndDate != nil && !l.EndDate.Equal(l.StartDate) {
			date += " to " + l.EndDate.Format("2 Jan 2006")
		}
		out = append(out, report{l.Title, l.Link, wording.Source(l.Source), date, lag(l.LagDays), l.Why})
	}
	return out
}

// lag says how the day that a report names stands to the day of the onset.
func lag(days int) string {
	switch {
	case days == 0:
		return "the day it began"
	case days == 1:
		return "one day after it began"
	case days == -1:
		return "one day before it began"
	case days < 0:
		return fmt.Sprintf("%d days before it began", -days)
	}
	return fmt.Sprintf("%d days after it began", days)
}

func chance(i *incident.Incident) string {
	if i.ReportsByChance == nil {
		return "How many reports chance alone would link has not been computed."
	}
	return fmt.Sprintf("Chance alone would have linked %.1f reports.", *i.ReportsByChance)
}

func newRevisions(e publish.Edition) []revisionView {
	var out []revisionView
	for _, i := range append(e.Earlier[:len(e.Earlier):len(e.Earlier)], e.Incident) {
		out = append(out, revisionView{
			Number: i.Revision, Link: publish.PermanentURL("", i.ID, i.Revision),
			When:    i.ComputedAt.UTC().Format("2 Jan 2006 15:04") + " UTC",
			What:    fmt.Sprintf("%s. %s", wording.StateOf(i.State).Name, wording.Claim(&i)),
			Current: i.Revision == e.Incident.Revision,
		})
	}
	return out
}
