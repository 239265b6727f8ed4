package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/dashboards/internal/publish"
	"github.com/lamplight-net/lamplight/dashboards/internal/wording"
)

// form is what a reader asks for of an incident.
type form int

const (
	asPage form = iota
	asCSV
	asJSON
)

// nameAndForm splits the last part of an address: "iq1.csv" is the incident iq1 as CSV.
func nameAndForm(s string) (name string, f form) {
	if name, ok := strings.CutSuffix(s, ".csv"); ok {
		return name, asCSV
	}
	if name, ok := strings.CutSuffix(s, ".json"); ok {
		return name, asJSON
	}
	return s, asPage
}

func (s *Site) latest(w http.ResponseWriter, r *http.Request) error {
	id, form := nameAndForm(r.PathValue("name"))
	edition, err := s.shelf.Latest(r.Context(), id)
	if err != nil {
		return err
	}
	return s.edition(w, r, edition, form, false)
}

func (s *Site) revision(w http.ResponseWriter, r *http.Request) error {
	number, form := nameAndForm(r.PathValue("name"))
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || strconv.Itoa(n) != number { // one address for one revision
		return incident.ErrNotFound
	}
	edition, err := s.shelf.Revision(r.Context(), r.PathValue("id"), n)
	if err != nil {
		return err
	}
	return s.edition(w, r, edition, form, true)
}

func (s *Site) edition(w http.ResponseWriter, r *http.Request, e publish.Edition, f form, permanent bool) error {
	i := &e.Incident
	cache, path := fresh, "/i/"+i.ID
	if permanent {
		cache, path = fixed, publish.PermanentURL("", i.ID, i.Revision)
	}
	switch f {
	case asCSV:
		return s.writeCSV(w, r, cache, i)
	case asJSON:
		return s.writeJSON(w, r, cache, publish.NewDocument(*i, s.base))
	default:
		return s.show(w, r, "incident", cache, head{
			Title: wording.Subject(i), Description: wording.Headline(i), Path: path, Section: "incidents",
			// What nobody reviewed, announced or stands by is for those who were given its address.
			NoIndex: permanent || !wording.Reviewed(i.State) || i.State == incident.StateQuiet,
		}, newIncidentView(e, s.base, permanent))
	}
}
