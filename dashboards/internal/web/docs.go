package web

import (
	"fmt"
	"html/template"
	"net/http"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/dashboards/handbook"
)

// docsView is a page of the handbook beside the list of its pages.
type docsView struct {
	Pages   []handbook.Page
	Current string // name; empty on the contents page
	Title   string
	HTML    template.HTML
}

func (s *Site) contents(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, "docs", fresh, head{
		Title: "Handbook", Path: "/docs/", Section: "docs",
		Description: "How Lamplight works, how to read it, and how to run it.",
	}, docsView{Pages: s.handbook, Title: "Handbook"})
}

func (s *Site) page(w http.ResponseWriter, r *http.Request) error {
	for _, p := range s.handbook {
		if p.Name == r.PathValue("page") {
			return s.show(w, r, "docs", fresh, head{
				Title: p.Title, Path: "/docs/" + p.Name, Section: "docs", Description: p.Title + ", in Lamplight's handbook.",
			}, docsView{Pages: s.handbook, Current: p.Name, Title: p.Title, HTML: template.HTML(p.HTML)})
		}
	}
	return fmt.Errorf("handbook page %q: %w", r.PathValue("page"), incident.ErrNotFound)
}
