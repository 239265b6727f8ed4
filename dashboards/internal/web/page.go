package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"path"
	"strings"
)

//go:embed templates
var templateFiles embed.FS

// loadTemplates parses each page together with the layout and the parts that pages share.
func loadTemplates() (map[string]*template.Template, error) {
	names, err := templateFiles.ReadDir("templates")
	if err != nil {
		return nil, err
	}
	pages := map[string]*template.Template{}
	for _, n := range names {
		if n.Name() == "layout.html" || n.Name() == "parts.html" {
			continue
		}
		t, err := template.ParseFS(templateFiles, "templates/layout.html", "templates/parts.html", "templates/"+n.Name())
		if err != nil {
			return nil, err
		}
		pages[strings.TrimSuffix(n.Name(), path.Ext(n.Name()))] = t
	}
	return pages, nil
}

// head is what the layout needs to know of a page.
type head struct {
	Title       string
	Description string
	Path        string // of the page, from the root; empty where it has no address of its own
	Section     string // of the site, to mark in the navigation
	NoIndex     bool   // search engines should not list it
	Base, Style string // filled in by render
}

// render makes a page from its template.
func (s *Site) render(name string, h head, body any) ([]byte, error) {
	h.Base, h.Style = s.base, s.style
	var b bytes.Buffer
	if err := s.templates[name].ExecuteTemplate(&b, "layout.html", struct {
		Head head
		Body any
	}{h, body}); err != nil {
		return nil, fmt.Errorf("make page %s: %w", name, err)
	}
	return b.Bytes(), nil
}

func (s *Site) show(w http.ResponseWriter, r *http.Request, name, cache string, h head, body any) error {
	page, err := s.render(name, h, body)
	if err != nil {
		return err
	}
	return respond(w, r, "text/html; charset=utf-8", cache, page)
}

// problem is a page about what went wrong, in words for whoever meets it.
type problem struct {
	Title  string
	Text   string
	Advice string
}

func (s *Site) problem(w http.ResponseWriter, r *http.Request, status int) {
	p := problem{
		Title:  "The page could not be made",
		Text:   "Something failed on our side. It is not your connection, and it says nothing about any network that Lamplight watches.",
		Advice: "Please try again in a minute. If it stays so, the people who run this site are probably at work on it.",
	}
	if status == http.StatusNotFound {
		p = problem{
			Title:  "There is nothing at this address",
			Text:   "The address may be mistyped, or what stood here is not public at present.",
			Advice: "The list of incidents is a good place to start again.",
		}
	}
	page, err := s.render("problem", head{Title: p.Title, NoIndex: true}, p)
	if err != nil { // the template is broken: say at least that
		http.Error(w, p.Title, status)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(page) // the reader went away: nothing to tell
	}
}

func (s *Site) nothing(w http.ResponseWriter, r *http.Request) error {
	s.problem(w, r, http.StatusNotFound)
	return nil
}
