package dashboards_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/dashboards"
	"github.com/lamplight-net/lamplight/deploy/servicetest"
	"github.com/lamplight-net/lamplight/deploy/storetest"
)

func TestMain(m *testing.M) { servicetest.Main(m) }

func TestNewSiteRefusesBadSettings(t *testing.T) {
	for name, c := range map[string]struct {
		cfg  dashboards.SiteConfig
		says string
	}{
		"no port":          {dashboards.SiteConfig{Listen: "localhost"}, "--site-listen"},
		"not an address":   {dashboards.SiteConfig{Listen: ":0", URL: "lamplight"}, "--site-url"},
		"another protocol": {dashboards.SiteConfig{Listen: ":0", URL: "ftp://lamplight.example"}, "--site-url"},
		"a path":           {dashboards.SiteConfig{Listen: ":0", URL: "https://lamplight.example/site"}, "--site-url"},
		"a password":       {dashboards.SiteConfig{Listen: ":0", URL: "https://me:secret@lamplight.example"}, "--site-url"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := dashboards.NewSite(c.cfg, nil, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("err = %v, want one that names %s", err, c.says)
			}
		})
	}
}

func newSite(t *testing.T, cfg dashboards.SiteConfig) *dashboards.Site {
	t.Helper()
	db := storetest.Open(t)
	site, err := dashboards.NewSite(cfg, db, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	return site
}

func TestSiteRunsUntilTold(t *testing.T) {
	for name, public := range map[string]string{
		"under its own address": "", "under a public address": "https://lamplight.example/",
	} {
		t.Run(name, func(t *testing.T) {
			cfg := dashboards.SiteConfig{Listen: "127.0.0.1:0", URL: public}
			site := newSite(t, cfg)
			address, base, err := site.Listen(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			want := "http://" + address.String()
			if public != "" {
				want = "https://lamplight.example"
			}
			if base != want {
				t.Errorf("public address = %q, want %q", base, want)
			}
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- site.Run(ctx) }()
			if page := fetch(t, "http://"+address.String()+"/docs/"); !strings.Contains(page, `<link rel="canonical" href="`+want+`/docs/">`) {
				t.Errorf("the page does not say that its address is %s/docs/", want)
			}
			stop()
			if err := <-ended; err != nil {
				t.Errorf("Run = %v after it was told to stop, want nil", err)
			}
		})
	}
}

func fetch(t *testing.T, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
