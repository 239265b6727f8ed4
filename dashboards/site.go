package dashboards

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/dashboards/internal/publish"
	"github.com/lamplight-net/lamplight/dashboards/internal/web"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// SiteConfig is how the site meets its readers.
type SiteConfig struct {
	Listen string `name:"site-listen" help:"Address to show the site on. Put a proxy that speaks HTTPS in front of a public one." default:"127.0.0.1:8080" env:"LAMPLIGHT_SITE_LISTEN" placeholder:"HOST:PORT"`
	URL    string `name:"site-url" help:"Address under which readers reach the site; citations and the feed carry it. Without it, the address it listens on." env:"LAMPLIGHT_SITE_URL" placeholder:"URL"`
}

// Bounds on one connection: a reader on a bad line is slow, and must not be able to hold a place for good.
const (
	headerTime   = 10 * time.Second
	answerTime   = 2 * time.Minute
	idleTime     = 2 * time.Minute
	maxHeader    = 16 << 10
	farewellTime = 5 * time.Second // for answers under way when the site is told to stop
)

// Site shows what the database holds to the public.
type Site struct {
	cfg      SiteConfig
	base     string // public address without a slash at its end; empty until it is known
	web      *web.Site
	log      *slog.Logger
	listener net.Listener
}

// Validate returns an error that names the flag of a setting that cannot be.
func (c SiteConfig) Validate() error {
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return fmt.Errorf("--site-listen: %q is not like 127.0.0.1:8080 or :8080", c.Listen)
	}
	_, err := baseURL(c.URL)
	return err
}

// NewSite checks the settings and loads what pages are made of. The tables of analysis must exist when
// the first reader comes.
func NewSite(cfg SiteConfig, db *store.DB, log *slog.Logger, metrics prometheus.Registerer) (*Site, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	base, err := baseURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	site, err := web.New(publish.NewShelf(incident.NewRepository(db)), log, metrics)
	if err != nil {
		return nil, err
	}
	return &Site{cfg: cfg, base: base, web: site, log: log}, nil
}

// baseURL checks the public address and drops the slash at its end.
func baseURL(given string) (string, error) {
	if given == "" {
		return "", nil
	}
	u, err := url.Parse(given)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", fmt.Errorf("--site-url: %q is not an address like https://lamplight.example, without a path", given)
	}
	return u.Scheme + "://" + u.Host, nil
}

// Listen opens the address and returns it, and the public address of the site without a slash at its
// end: the port is known only now when it was given as 0. Run does so by itself otherwise.
func (s *Site) Listen(ctx context.Context) (address net.Addr, base string, err error) {
	s.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", s.cfg.Listen)
	if err != nil {
		return nil, "", fmt.Errorf("--site-listen: %w", err)
	}
	address = s.listener.Addr()
	if s.base == "" {
		host, port, err := net.SplitHostPort(address.String())
		if err != nil {
			return nil, "", fmt.Errorf("address of the site: %w", err)
		}
		if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
			host = "localhost"
		}
		s.base = "http://" + net.JoinHostPort(host, port)
	}
	return address, s.base, nil
}

// Run shows the site until ctx ends, and lets answers under way finish for a few seconds.
func (s *Site) Run(ctx context.Context) error {
	if s.listener == nil {
		if _, _, err := s.Listen(ctx); err != nil {
			return err
		}
	}
	server := &http.Server{
		Handler:           s.web.Handler(s.base),
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       headerTime, // requests have no body
		WriteTimeout:      answerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug), // what readers' connections do wrong
	}
	s.log.Info("site is up", "url", s.base)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(s.listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve the site: %w", err)
	case <-ctx.Done():
	}
	farewell, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewellTime)
	defer cancel()
	if err := server.Shutdown(farewell); errors.Is(err, context.DeadlineExceeded) {
		return server.Close() // readers that slow have had their chance
	} else if err != nil {
		return fmt.Errorf("stop the site: %w", err)
	}
	return nil
}
