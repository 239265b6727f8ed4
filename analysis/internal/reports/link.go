package reports

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// Link returns the reports that an incident can be the event of, best first: those that agree with it
// on place and kind, and whose days hold its onset. Of reports that rest on the same source the best
// stands for all. The order of all does not matter.
func Link(i *incident.Incident, all []store.Report) []incident.ReportLink {
	best, possible := onsetDays(i)
	byLineage := make(map[lineage][]ranked)
	for _, c := range candidates(i, all) {
		if !c.window.overlaps(possible) {
			continue
		}
		lag := int(dateOf(c.report.StartDate.UTC()) - best)
		byLineage[c.lineage] = append(byLineage[c.lineage], ranked{fit: c.fit, link: incident.ReportLink{
			ReportID: c.report.ID, Source: c.report.Source, Title: c.report.Title, Link: c.report.Link,
			StartDate: c.report.StartDate, EndDate: c.report.EndDate,
			LagDays: lag, Why: onset(lag) + ", " + c.why,
		}})
	}
	var found []ranked
	for _, same := range byLineage {
		best := slices.MinFunc(same, ranked.compare)
		if len(same) > 1 {
			best.link.Why += fmt.Sprintf("; %d reports rest on the same source and count once", len(same))
		}
		found = append(found, best)
	}
	slices.SortFunc(found, ranked.compare)
	var links []incident.ReportLink
	for _, r := range found {
		links = append(links, r.link)
	}
	return links
}

// ranked is a link with what its rank depends on besides its dates.
type ranked struct {
	fit  fit
	link incident.ReportLink
}

// compare puts the nearest start first, then the better fit, and breaks ties the same way every time.
func (r ranked) compare(o ranked) int {
	a, b := r.link, o.link
	return cmp.Or(cmp.Compare(max(a.LagDays, -a.LagDays), max(b.LagDays, -b.LagDays)), cmp.Compare(r.fit, o.fit), cmp.Compare(a.ReportID, b.ReportID))
}

// onset says how the reported start lies to the onset.
func onset(lag int) string {
	switch {
	case lag == 0:
		return "reported from the day of the onset"
	case lag == 1:
		return "reported from the day after the onset"
	case lag > 1:
		return fmt.Sprintf("reported from %d days after the likeliest onset", lag)
	}
	return fmt.Sprintf("the onset is on day %d of the days reported", 1-lag)
}

// candidate is a report that agrees with an incident, whenever it was.
type candidate struct {
	report  *store.Report
	lineage lineage
	window  days
	why     string
	fit     fit
}

// lineage is what a report rests on. Without a link to tell, a report rests on itself.
type lineage struct{ source, link, report string }

func candidates(i *incident.Incident, all []store.Report) []candidate {
	var agreeing []candidate
	for n := range all {
		r := &all[n]
		why, fits, ok := agree(i, r)
		if !ok {
			continue
		}
		l := lineage{source: r.Source, link: r.Link}
		if r.Link == "" {
			l.report = r.ID
		}
		agreeing = append(agreeing, candidate{report: r, lineage: l, window: window(r), why: why, fit: fits})
	}
	return agreeing
}
