package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/sync/errgroup"
)

// logSettings is how a process tells its operator what it does.
type logSettings struct {
	Level  string `name:"log-level" help:"How much to log: debug, info, warn or error." enum:"debug,info,warn,error" default:"info" env:"LAMPLIGHT_LOG_LEVEL"`
	Format string `name:"log-format" help:"text for people, json for machines." enum:"text,json" default:"text" env:"LAMPLIGHT_LOG_FORMAT"`
}

func (s logSettings) level() slog.Level {
	switch s.Level {
	case "debug":
		return slog.LevelDebug
	case "warn":
		return slog.LevelWarn
	case "error":
		return slog.LevelError
	}
	return slog.LevelInfo
}

// process is what every command has: a log, metrics, and where to write.
type process struct {
	log     *slog.Logger
	metrics *prometheus.Registry
	out     io.Writer // results
	err     io.Writer // everything else
}

func newProcess(settings logSettings) *process {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	options := &slog.HandlerOptions{Level: settings.level()}
	var handler slog.Handler = slog.NewTextHandler(os.Stderr, options)
	if settings.Format == "json" {
		handler = slog.NewJSONHandler(os.Stderr, options)
	}
	return &process{log: slog.New(handler), metrics: registry, out: os.Stdout, err: os.Stderr}
}

func (p *process) printf(format string, args ...any) { _, _ = fmt.Fprintf(p.out, format, args...) }

// part is one of the things that a process runs until ctx ends.
type part func(ctx context.Context) error

// together runs parts until ctx ends or one of them fails, which ends the others.
func together(ctx context.Context, parts ...part) error {
	group, running := errgroup.WithContext(ctx)
	for _, p := range parts {
		group.Go(func() error { return p(running) })
	}
	return group.Wait()
}

// operatorSettings is where the operator looks. It is apart from what the public reaches.
type operatorSettings struct {
	Listen string `name:"metrics-listen" help:"Address to serve /metrics and /healthz on, for the operator alone; none by default." env:"LAMPLIGHT_METRICS_LISTEN" placeholder:"HOST:PORT"`
}

// Validate returns an error that names the flag when nothing can listen there.
func (s operatorSettings) Validate() error {
	if s.Listen == "" {
		return nil
	}
	if _, _, err := net.SplitHostPort(s.Listen); err != nil {
		return fmt.Errorf("--metrics-listen: %q is not an address like 127.0.0.1:9100", s.Listen)
	}
	return nil
}

// serve answers the operator until ctx ends.
func (s operatorSettings) serve(p *process) part {
	return func(ctx context.Context) error {
		if s.Listen == "" {
			return nil
		}
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.Listen)
		if err != nil {
			return fmt.Errorf("--metrics-listen: %w", err)
		}
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", promhttp.HandlerFor(p.metrics, promhttp.HandlerOpts{}))
		mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
		server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
		stop := context.AfterFunc(ctx, func() { _ = server.Close() }) // a scrape that breaks off is repeated
		defer stop()
		p.log.Info("metrics are served", "address", listener.Addr().String())
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve metrics: %w", err)
		}
		return nil
	}
}
