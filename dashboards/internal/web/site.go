// Package web is the public site: pages, files and the API, over HTTP.
//
// Pages are whole without JavaScript, fetch nothing from anybody else, and stay under 100 kB, because
// those who need them read on a bad phone. The package decides nothing about incidents: package publish
// says what may be shown, package wording how it is said.
package web

import (
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/dashboards/handbook"
	"github.com/lamplight-net/lamplight/dashboards/internal/publish"
	"github.com/lamplight-net/lamplight/dashboards/internal/worldmap"
)

// Site answers for the public site.
type Site struct {
	shelf     *publish.Shelf
	base      string // set by Handler
	world     *worldmap.Map
	handbook  []handbook.Page
	templates map[string]*template.Template
	files     map[string]file
	style     string // address of the style sheet, which changes with its content
	log       *slog.Logger
	metrics   siteMetrics
	failures  seldom
	health    health
}

// New loads what the site is made of.
func New(shelf *publish.Shelf, log *slog.Logger, metrics prometheus.Registerer) (*Site, error) {
	s := &Site{shelf: shelf, log: log, failures: seldom{every: 10 * time.Second}}
	var err error
	if s.world, err = worldmap.Load(); err != nil {
		return nil, fmt.Errorf("load world map: %w", err)
	}
	if s.handbook, err = handbook.Load(); err != nil {
		return nil, fmt.Errorf("load handbook: %w", err)
	}
	if s.templates, err = loadTemplates(); err != nil {
		return nil, fmt.Errorf("load templates: %w", err)
	}
	if s.files, s.style, err = loadFiles(); err != nil {
		return nil, fmt.Errorf("load static files: %w", err)
	}
	if s.metrics, err = newMetrics(metrics); err != nil {
		return nil, fmt.Errorf("register metrics: %w", err)
	}
	return s, nil
}

// Handler routes requests. base is the public address of the site, without a slash at its end; what is to
// be cited begins with it. Call it once, before the first request.
func (s *Site) Handler(base string) http.Handler {
	s.base = base
	mux := http.NewServeMux()
	for pattern, answer := range map[string]answer{
		"GET /{$}":              s.list,
		"GET /withdrawn":        s.withdrawn,
		"GET /i/{name}":         s.latest,
		"GET /i/{id}/r/{name}":  s.revision,
		"GET /api/v1/incidents": s.api,
		"GET /api/":             s.noAPI,
		"GET /feed.atom":        s.feed,
		"GET /docs/{$}":         s.contents,
		"GET /docs/{page}":      s.page,
		"GET /static/{file}":    s.static,
		"GET /healthz":          s.healthy,
		"GET /":                 s.nothing,
	} {
		mux.Handle(pattern, s.handle(pattern, answer))
	}
	return secure(mux)
}
