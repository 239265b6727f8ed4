package probes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/net/netutil"
	"golang.org/x/sync/errgroup"
)

const (
	maxControlConnections = 1000
	maxControlHeader      = 8 << 10
	controlReadTime       = 20 * time.Second
	controlAnswerTime     = 80 * time.Second // a look or two, and the way back
	controlIdleTime       = 30 * time.Second
	controlStopTime       = 5 * time.Second
)

// Run answers and looks until ctx ends, then finishes what is under way for a few seconds.
func (c *Control) Run(ctx context.Context) error {
	c.log.Info("control starts", "key", c.PublicKey(), "answers", c.cfg.Listen != "", "looks", c.rounds != nil)
	both, running := errgroup.WithContext(ctx)
	if c.cfg.Listen != "" {
		both.Go(func() error { return c.listen(running) })
	}
	if c.rounds != nil {
		both.Go(func() error { return c.rounds.Run(running) })
	}
	return both.Wait()
}

func (c *Control) listen(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.cfg.Listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	return c.Serve(ctx, listener)
}

// Serve answers on a listener until ctx ends.
func (c *Control) Serve(ctx context.Context, listener net.Listener) error {
	mux := http.NewServeMux()
	mux.Handle("POST /v1/control", c.server)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	server := &http.Server{
		Handler: mux, ReadHeaderTimeout: controlReadTime, ReadTimeout: controlReadTime, WriteTimeout: controlReadTime + controlAnswerTime,
		IdleTimeout: controlIdleTime, MaxHeaderBytes: maxControlHeader,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelWarn), // its lines hold callers' addresses
	}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), controlStopTime)
		defer cancel()
		err := server.Shutdown(grace)
		if err != nil {
			err = server.Close()
		}
		stopped <- err
	})
	defer stop()
	c.log.Info("control answers", "address", listener.Addr().String())
	if at, err := netip.ParseAddrPort(listener.Addr().String()); err == nil && c.cfg.TLSCertificate == "" && !at.Addr().IsLoopback() {
		c.log.Warn("control answers beyond this machine in the clear, where no probe asks it: give --tls-cert and --tls-key, or listen on loopback behind a proxy that speaks HTTPS")
	}
	limited := netutil.LimitListener(listener, maxControlConnections)
	var err error
	if c.cfg.TLSCertificate != "" {
		err = server.ServeTLS(limited, c.cfg.TLSCertificate, c.cfg.TLSKey)
	} else {
		err = server.Serve(limited)
	}
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve probes: %w", err)
	}
	return <-stopped
}

// networks reads --trusted-proxy.
func networks(texts []string) ([]netip.Prefix, error) {
	out := make([]netip.Prefix, 0, len(texts))
	for _, text := range texts {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("--trusted-proxy: %q is not a network like 192.0.2.0/24", text)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// caller returns the address that a request comes from: the last in X-Forwarded-For that no trusted proxy wrote of
// itself.
func caller(r *http.Request, proxies []netip.Prefix) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	address := at.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; err == nil && i >= 0 && trusted(address, proxies); i-- {
		before, bad := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if bad != nil {
			break
		}
		address = before.Unmap()
	}
	return address
}

func trusted(a netip.Addr, proxies []netip.Prefix) bool {
	for _, p := range proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
