package web

import (
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/dashboards/internal/publish"
	"github.com/lamplight-net/lamplight/dashboards/internal/wording"
	"github.com/lamplight-net/lamplight/dashboards/internal/worldmap"
)

// shownOver is how many events that are over a list shows of each kind; the API has the rest.
const shownOver = 30

// listView is the front page. What people reviewed and what a program found never share a list.
type listView struct {
	Map        template.HTML
	Unplaced   []worldmap.Mark // current, but on no map
	Reviewed   group
	Candidates group
	AsOf       string // up to when the data has been looked at; empty before the first look

	CurrentPlaces      int
	GeneratedSomewhere bool
}

type group struct{ Current, Over []card }

// card is an incident in a list.
type card struct {
	Link    string
	Subject string
	When    string
	Percent string // how probable a shutdown is
	Meter   template.HTML
	Seen    string
	Note    string // what a reader must know first, as that it is a rehearsal
	Void    string // the state in words, where nothing is claimed any more
}

func (s *Site) list(w http.ResponseWriter, r *http.Request) error {
	// Asked for apart, so that what goes on for long is not pushed off by what began since.
	found, err := s.shelf.List(r.Context(), publish.Query{Ongoing: true})
	if err != nil {
		return err
	}
	newest, err := s.shelf.List(r.Context(), publish.Query{Limit: mostLimit})
	if err != nil {
		return err
	}
	for _, i := range newest {
		if !i.Ongoing() {
			found = append(found, i)
		}
	}
	asOf, err := s.shelf.AsOf(r.Context())
	if err != nil {
		return err
	}
	return s.show(w, r, "list", fresh, head{
		Title: "Lamplight: who has been left in the dark", Path: "/", Section: "incidents",
		Description: "Incidents in which a country, region or network lost its connection to the internet, with the evidence and what nobody could see.",
	}, s.listView(found, asOf))
}

func (s *Site) withdrawn(w http.ResponseWriter, r *http.Request) error {
	var v struct{ Retracted, Withdrawn []card }
	for state, cards := range map[incident.State]*[]card{
		incident.StateRetracted: &v.Retracted, incident.StateWithdrawn: &v.Withdrawn,
	} {
		found, err := s.shelf.List(r.Context(), publish.Query{State: string(state), Limit: usualLimit})
		if err != nil {
			return err
		}
		for _, i := range found {
			*cards = append(*cards, newCard(&i))
		}
	}
	return s.show(w, r, "withdrawn", fresh, head{
		Title: "Withdrawn and retracted", Path: "/withdrawn", Section: "withdrawn",
		Description: "Candidates that later data explained away, and incidents taken back after publication.",
	}, v)
}

func (s *Site) listView(found []incident.Incident, asOf time.Time) listView {
	var v listView
	for _, i := range found {
		v.GeneratedSomewhere = v.GeneratedSomewhere || i.Generated
		g := &v.Candidates
		if wording.Reviewed(i.State) {
			g = &v.Reviewed
		}
		switch {
		case i.Ongoing():
			g.Current = append(g.Current, newCard(&i))
		case len(g.Over) < shownOver:
			g.Over = append(g.Over, newCard(&i))
		}
	}
	if !asOf.IsZero() {
		v.AsOf = asOf.UTC().Format("2 Jan 2006 15:04") + " UTC"
	}
	marks := newMarks(found)
	v.CurrentPlaces = len(marks)
	svg, unplaced := s.world.SVG(mapLabel(marks), marks)
	v.Map, v.Unplaced = template.HTML(svg), unplaced // the package escapes what it is given
	return v
}

// newMarks lights each country with a current incident. A reviewed one outshines candidates, and leads
// to its page.
func newMarks(found []incident.Incident) []worldmap.Mark {
	var marks []worldmap.Mark
	at := map[string]int{}
	for _, i := range found {
		if !i.Ongoing() {
			continue
		}
		m := worldmap.Mark{
			Code: i.Place.Country, Label: wording.Subject(&i), Link: "/i/" + i.ID, Reviewed: wording.Reviewed(i.State),
		}
		k, known := at[m.Code]
		switch {
		case !known:
			at[m.Code] = len(marks)
			marks = append(marks, m)
		case m.Reviewed && !marks[k].Reviewed:
			marks[k] = m
		}
	}
	return marks
}

func mapLabel(marks []worldmap.Mark) string {
	if len(marks) == 0 {
		return "World map. No current incident or candidate."
	}
	names := make([]string, len(marks))
	for k, m := range marks {
		names[k] = m.Label
	}
	return "World map of current incidents and candidates. " + strings.Join(names, "; ") + "."
}

func newCard(i *incident.Incident) card {
	zone := wording.Zone(i)
	c := card{
		Link: "/i/" + i.ID, Subject: wording.Subject(i),
		Percent: wording.Probability(i.Shutdown.Probability), Meter: meter(i.Shutdown.Probability),
		Seen: seen(i),
	}
	if wording.Void(i.State) {
		c.Void = wording.StateOf(i.State).Name
	}
	if i.Ongoing() {
		c.When = "Since " + wording.At(i.Onset.Best, zone)
	} else {
		c.When = fmt.Sprintf("%s, for %s", wording.At(i.Onset.Best, zone), wording.Duration(i.End.Best.Sub(i.Onset.Best)))
	}
	if i.Generated {
		c.Note = "Rehearsal data: nothing happened in any real country."
	}
	return c
}

// seen counts the signals by what they say.
func seen(i *incident.Incident) string {
	count := map[incident.Verdict]int{}
	for _, e := range i.Evidence {
		count[e.Verdict]++
	}
	return fmt.Sprintf("%s saw it, %d normal, %d could not see", signals(count[incident.VerdictSaw]),
		count[incident.VerdictNormal], count[incident.VerdictCouldNotSee])
}

func signals(n int) string {
	if n == 1 {
		return "1 signal"
	}
	return fmt.Sprintf("%d signals", n)
}
