package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"
)

const (
	// maxConnections bounds what open sockets alone can take: about 200 MB.
	maxConnections = 10_000
	headerTime     = 10 * time.Second
	idleTime       = 2 * time.Minute // longer than a keep-alive is of use to a probe
	maxHeaderBytes = 8 << 10
	stopTime       = 5 * time.Second
)

// Serve answers on listener until ctx ends, then finishes what is under way for a few seconds. With
// certificate and key files it speaks TLS; it reads them once.
func (g *Gateway) Serve(ctx context.Context, listener net.Listener, certificate, key string) error {
	server := &http.Server{
		Handler:           g.Handler(),
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       headerTime + bodyTime,
		WriteTimeout:      headerTime + bodyTime + answerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(nameless{g}, slog.LevelWarn),
	}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
		defer cancel()
		err := server.Shutdown(grace)
		if err != nil {
			err = server.Close()
		}
		stopped <- err
	})
	defer stop()
	sweeping, swept := context.WithCancel(ctx)
	defer swept()
	go g.crowd.sweep(sweeping)
	go g.lists.Follow(sweeping)
	limited := netutil.LimitListener(listener, maxConnections)
	var err error
	if certificate != "" {
		err = server.ServeTLS(limited, certificate, key)
	} else {
		err = server.Serve(limited)
	}
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve probes: %w", err)
	}
	return <-stopped
}

// nameless counts what net/http has to say of a connection and drops the text, which holds the caller's
// address.
type nameless struct{ g *Gateway }

// Enabled implements slog.Handler.
func (nameless) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (n nameless) Handle(context.Context, slog.Record) error {
	n.g.metrics.refused.Inc()
	return nil
}

// WithAttrs implements slog.Handler.
func (n nameless) WithAttrs([]slog.Attr) slog.Handler { return n }

// WithGroup implements slog.Handler.
func (n nameless) WithGroup(string) slog.Handler { return n }
