package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/dashboards/internal/publish"
)

//go:embed static
var staticFiles embed.FS

// file is a static file in memory.
type file struct {
	contentType string
	body        []byte
}

// loadFiles reads the static files under names that hold their hash, and returns the style sheet's
// address.
func loadFiles() (files map[string]file, style string, err error) {
	files = map[string]file{}
	types := map[string]string{".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
	entries, err := staticFiles.ReadDir("static")
	if err != nil {
		return nil, "", err
	}
	for _, e := range entries {
		body, err := staticFiles.ReadFile("static/" + e.Name())
		if err != nil {
			return nil, "", err
		}
		name, ext := e.Name(), path.Ext(e.Name())
		if ext == ".css" {
			sum := sha256.Sum256(body)
			name = strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:4]) + ext
			style = "/static/" + name
		}
		files[name] = file{types[ext], body}
	}
	return files, style, nil
}

func (s *Site) static(w http.ResponseWriter, r *http.Request) error {
	f, ok := s.files[r.PathValue("file")]
	if !ok {
		return fmt.Errorf("no such file: %w", incident.ErrNotFound)
	}
	cache := fresh
	if strings.HasSuffix(s.style, "/"+r.PathValue("file")) {
		cache = forever
	}
	return respond(w, r, f.contentType, cache, f.body)
}

// open lets pages of other sites read an answer: what is here is public.
func open(w http.ResponseWriter) { w.Header().Set("Access-Control-Allow-Origin", "*") }

func (s *Site) writeJSON(w http.ResponseWriter, r *http.Request, cache string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode JSON: %w", err)
	}
	open(w)
	return respond(w, r, "application/json", cache, append(body, '\n'))
}

func (s *Site) writeCSV(w http.ResponseWriter, r *http.Request, cache string, i *incident.Incident) error {
	var body bytes.Buffer
	if err := publish.WriteCSV(&body, i); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	open(w)
	name := fmt.Sprintf("lamplight-%s-r%d.csv", i.ID, i.Revision)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	return respond(w, r, "text/csv; charset=utf-8", cache, body.Bytes())
}

// feedLength is how many incidents the feed holds: more than a month of a bad season.
const feedLength = 100

func (s *Site) feed(w http.ResponseWriter, r *http.Request) error {
	found, err := s.shelf.List(r.Context(), publish.Query{Void: true, Limit: feedLength})
	if err != nil {
		return err
	}
	var body bytes.Buffer
	if err := publish.WriteFeed(&body, found, s.base); err != nil {
		return fmt.Errorf("write feed: %w", err)
	}
	open(w)
	return respond(w, r, "application/atom+xml; charset=utf-8", fresh, body.Bytes())
}
