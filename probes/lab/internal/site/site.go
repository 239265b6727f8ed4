package site

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// headerTimeout bounds a request's headers; on loopback they arrive at once or never.
const headerTimeout = 10 * time.Second

// Site is one web site.
type Site struct {
	listener net.Listener
	page     string
	log      *slog.Logger
}

// New returns a plain site that answers every path with page.
func New(l net.Listener, page string, log *slog.Logger) *Site {
	return &Site{listener: l, page: page, log: log}
}

// NewEncrypted returns a site that answers over TLS only.
func NewEncrypted(l net.Listener, certificate tls.Certificate, page string, log *slog.Logger) *Site {
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	return New(tls.NewListener(l, config), page, log)
}

// Serve answers until ctx ends, and closes the listener.
func (s *Site) Serve(ctx context.Context) error {
	server := &http.Server{
		Handler:           http.HandlerFunc(s.answer),
		ReadHeaderTimeout: headerTimeout,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	server.SetKeepAlivesEnabled(false) // a check never comes back on the same connection
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve a site on %s: %w", s.listener.Addr(), err)
	}
	return nil
}

func (s *Site) answer(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, s.page) // whoever went away needs no page
}
