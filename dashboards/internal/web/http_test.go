package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/dashboards/internal/examples"
	"github.com/lamplight-net/lamplight/dashboards/internal/publish"
)

func TestAnswers(t *testing.T) {
	site := serve(t, everything()...)
	iraq := "/i/" + examples.Blackout().ID
	for _, c := range []struct {
		path        string
		status      int
		contentType string
		cache       string
	}{
		{"/", 200, "text/html; charset=utf-8", "public, max-age=60"},
		{iraq, 200, "text/html; charset=utf-8", "public, max-age=60"},
		{iraq + ".csv", 200, "text/csv; charset=utf-8", "public, max-age=60"},
		{iraq + ".json", 200, "application/json", "public, max-age=60"},
		{iraq + "/r/1", 200, "text/html; charset=utf-8", "public, max-age=86400, immutable"},
		{iraq + "/r/2.csv", 200, "text/csv; charset=utf-8", "public, max-age=86400, immutable"},
		{iraq + "/r/2.json", 200, "application/json", "public, max-age=86400, immutable"},
		{"/feed.atom", 200, "application/atom+xml; charset=utf-8", "public, max-age=60"},
		{"/api/v1/incidents", 200, "application/json", "public, max-age=60"},
		{"/static/lamp.svg", 200, "image/svg+xml", "public, max-age=60"},
		{"/healthz", 200, "text/plain; charset=utf-8", ""},
		{iraq + "/r/3", 404, "text/html; charset=utf-8", "no-store"},
		{iraq + "/r/01", 404, "text/html; charset=utf-8", "no-store"},
		{iraq + "/r/x", 404, "text/html; charset=utf-8", "no-store"},
		{"/i/nothing", 404, "text/html; charset=utf-8", "no-store"},
		{"/i/nothing.csv", 404, "text/html; charset=utf-8", "no-store"},
		{"/docs/nothing", 404, "text/html; charset=utf-8", "no-store"},
		{"/static/nothing.css", 404, "text/html; charset=utf-8", "no-store"},
		{"/nothing", 404, "text/html; charset=utf-8", "no-store"},
		{"/api/v1/nope", 404, "application/json", "no-store"}, // a program asks, and is answered in its language
		{"/api/", 404, "application/json", "no-store"},
	} {
		t.Run(c.path, func(t *testing.T) {
			a := get(t, site.url+c.path)
			got := []any{a.status, a.header.Get("Content-Type"), a.header.Get("Cache-Control")}
			if diff := cmp.Diff([]any{c.status, c.contentType, c.cache}, got); diff != "" {
				t.Errorf("status, type and cache (-want +got):\n%s", diff)
			}
			if policy := a.header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
				t.Errorf("content security policy = %q", policy)
			}
			if a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("Referrer-Policy") != "no-referrer" {
				t.Error("a security header is missing")
			}
			if len(a.body) == 0 {
				t.Error("the answer is empty")
			}
		})
	}
}

func TestUnchangedPageIsNotSentAgain(t *testing.T) {
	site := serve(t, everything()...)
	tag := get(t, site.url+"/").header.Get("ETag")
	if tag == "" {
		t.Fatal("no ETag")
	}
	if a := get(t, site.url+"/", "If-None-Match", tag); a.status != http.StatusNotModified || len(a.body) != 0 {
		t.Errorf("status %d with %d bytes, want 304 with none", a.status, len(a.body))
	}
	if a := get(t, site.url+"/", "If-None-Match", tag, "Accept-Encoding", "gzip"); a.status != http.StatusNotModified {
		t.Errorf("compressed: status %d, want 304", a.status)
	}
}

func TestPageIsCompressedForWhoTakesIt(t *testing.T) {
	site := serve(t, everything()...)
	plain := get(t, site.url+"/").body
	packed := get(t, site.url+"/", "Accept-Encoding", "br, gzip")
	if got := packed.header.Get("Content-Encoding"); got != "gzip" {
		t.Fatalf("Content-Encoding = %q, want gzip", got)
	}
	unpack, err := gzip.NewReader(bytes.NewReader(packed.body))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(unpack)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, plain) {
		t.Error("the compressed page is another page")
	}
	if got := get(t, site.url+"/", "Accept-Encoding", "gzip;q=0").header.Get("Content-Encoding"); got != "" {
		t.Errorf("Content-Encoding = %q for who refuses gzip", got)
	}
}

func TestRevisionNeverChanges(t *testing.T) {
	site := serve(t, everything()...)
	path := "/i/" + examples.Blackout().ID + "/r/2"
	before := get(t, site.url+path).body
	site.save(t, examples.Blackout()) // a third revision
	after := get(t, site.url+path).body
	if !bytes.Equal(before, after) {
		t.Error("revision 2 changed when revision 3 came")
	}
	if latest := text(page(t, site.url+"/i/"+examples.Blackout().ID)); !strings.Contains(latest, "revision 3") {
		t.Error("the latest page does not show revision 3")
	}
}

func TestFilesHoldTheEvidence(t *testing.T) {
	site := serve(t, everything()...)
	rows, err := csv.NewReader(bytes.NewReader(get(t, site.url+"/i/"+examples.Blackout().ID+".csv").body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	points := 0
	for _, e := range examples.Blackout().Evidence {
		points += len(e.Points)
	}
	if len(rows) != points+1 {
		t.Errorf("the CSV has %d lines, want %d points and a line of names", len(rows), points)
	}

	var d publish.Document
	if err := json.Unmarshal(get(t, site.url+"/i/"+examples.Blackout().ID+".json").body, &d); err != nil {
		t.Fatal(err)
	}
	if d.Revision != 2 || d.Shutdown.Probability != 0.93 || len(d.Evidence[0].Points) == 0 || !strings.HasPrefix(d.Headline, "Iraq: connectivity lost") {
		t.Errorf("the JSON is not the incident: revision %d, headline %q", d.Revision, d.Headline)
	}
}

func TestAPI(t *testing.T) {
	site := serve(t, everything()...)
	for _, c := range []struct {
		query string
		want  []string
	}{
		{"", []string{"xl-20260615-0800", "ke-20260615-0400", "iq-20260615-0100", "pk-20260613-0000"}},
		{"?country=IQ", []string{"iq-20260615-0100"}},
		{"?ongoing=true", []string{"xl-20260615-0800", "ke-20260615-0400"}},
		{"?state=withdrawn", []string{"ug-20260613-0000"}},
		{"?until=2026-06-15T00:00:00Z", []string{"pk-20260613-0000"}},
		{"?since=2026-06-15T04:30:00Z&limit=2", []string{"xl-20260615-0800", "ke-20260615-0400"}},
		{"?country=FR", nil},
	} {
		t.Run("select "+c.query, func(t *testing.T) {
			a := get(t, site.url+"/api/v1/incidents"+c.query)
			var got struct {
				Incidents []publish.Document `json:"incidents"`
			}
			if err := json.Unmarshal(a.body, &got); err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, d := range got.Incidents {
				ids = append(ids, d.ID)
				if d.URL != site.url+"/i/"+d.ID {
					t.Errorf("url = %q", d.URL)
				}
			}
			if diff := cmp.Diff(c.want, ids); diff != "" {
				t.Errorf("ids (-want +got):\n%s", diff)
			}
			if a.header.Get("Access-Control-Allow-Origin") != "*" {
				t.Error("a page of another site may not read it")
			}
		})
	}
	for query, parameter := range map[string]string{
		"?state=draft": "state", "?country=iq": "country", "?since=yesterday": "since", "?limit=0": "limit", "?limit=501": "limit",
		"?ongoing=1": "ongoing", "?contry=IQ": "contry", "?limit=1&limit=2": "limit",
	} {
		t.Run("refuse "+query, func(t *testing.T) {
			a := get(t, site.url+"/api/v1/incidents"+query)
			var got struct {
				Error struct{ Parameter, Message string } `json:"error"`
			}
			if err := json.Unmarshal(a.body, &got); err != nil {
				t.Fatal(err)
			}
			if a.status != http.StatusBadRequest || got.Error.Parameter != parameter || got.Error.Message == "" {
				t.Errorf("status %d, %s; want 400 that names %s", a.status, a.body, parameter)
			}
		})
	}
}

// Who goes away while the database is asked makes nobody else believe that the site is ill.
func TestHealthOutlivesItsCaller(t *testing.T) {
	site := serve(t)
	gone, leave := context.WithCancel(t.Context())
	leave()
	for _, ctx := range []context.Context{gone, t.Context()} {
		w := httptest.NewRecorder()
		site.handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/healthz", nil))
		if w.Code != http.StatusOK {
			t.Errorf("status = %d, want 200", w.Code)
		}
	}
}

func TestFailureIsSaidInPlainWordsAndCounted(t *testing.T) {
	site := serve(t)
	if err := site.db.Exec(t.Context(), "DROP VIEW v_incidents"); err != nil {
		t.Fatal(err)
	}
	a := get(t, site.url+"/")
	if a.status != http.StatusInternalServerError {
		t.Errorf("status = %d, want 500", a.status)
	}
	if said := string(a.body); !strings.Contains(said, "it says nothing about any network") || strings.Contains(said, "v_incidents") {
		t.Errorf("the page does not explain itself, or tells what only the log should:\n%s", said)
	}
	families, err := site.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if labels := m.GetLabel(); f.GetName() == "lamplight_site_requests_total" && labels[0].GetValue() == "GET /{$}" && labels[1].GetValue() == "5xx" {
				if n := m.GetCounter().GetValue(); n != 1 {
					t.Errorf("%g failures counted, want one", n)
				}
				return
			}
		}
	}
	t.Error("failures are not counted")
}

// An incident without reports says so, and does not leave them out.
func TestAPIAlwaysHasReports(t *testing.T) {
	i := examples.Blackout()
	i.Reports = nil
	site := serve(t, i)
	if body := get(t, site.url+"/api/v1/incidents").body; !strings.Contains(string(body), `"reports":[]`) {
		t.Errorf("%.300s", body)
	}
}
