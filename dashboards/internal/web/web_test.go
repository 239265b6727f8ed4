package web_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/dashboards/internal/examples"
	"github.com/lamplight-net/lamplight/dashboards/internal/publish"
	"github.com/lamplight-net/lamplight/dashboards/internal/web"
	"github.com/lamplight-net/lamplight/deploy/servicetest"
	"github.com/lamplight-net/lamplight/deploy/storetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

func TestMain(m *testing.M) { servicetest.Main(m) }

// running is a site that serves the examples, and what it counts.
type running struct {
	url     string
	db      *store.DB
	metrics *prometheus.Registry
	handler http.Handler
}

// save adds a revision, as analysis would while the site runs.
func (r running) save(t *testing.T, i incident.Incident) {
	t.Helper()
	repository := incident.NewRepository(r.db)
	if latest, err := repository.Latest(t.Context(), i.ID); err == nil {
		i.Revision = latest.Revision
	}
	if _, err := repository.Save(t.Context(), i); err != nil {
		t.Fatal(err)
	}
}

// serve starts a site over a database of its own that holds the given revisions.
func serve(t *testing.T, revisions ...incident.Incident) running {
	t.Helper()
	db := storetest.Open(t, incident.Migrate)
	server := httptest.NewUnstartedServer(nil)
	base := "http://" + server.Listener.Addr().String()
	metrics := prometheus.NewRegistry()
	site, err := web.New(publish.NewShelf(incident.NewRepository(db)), slog.New(slog.DiscardHandler), metrics)
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = site.Handler(base)
	server.Start()
	t.Cleanup(server.Close)
	r := running{url: base, db: db, metrics: metrics, handler: server.Config.Handler}
	for _, i := range revisions {
		r.save(t, i)
	}
	return r
}

// everything is one of each: what a site in the middle of its life holds.
func everything() []incident.Incident {
	first := examples.Blackout()
	first.State = incident.StateCandidate
	first.Shutdown.Probability = 0.62
	return []incident.Incident{
		first, examples.Blackout(), examples.Ongoing(), examples.Mobile(), examples.Service(), examples.Withdrawn(),
	}
}
