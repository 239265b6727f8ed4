package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/lamplight-net/lamplight/analysis"
	"github.com/lamplight-net/lamplight/dashboards"
	"github.com/lamplight-net/lamplight/deploy/embedded"
	"github.com/lamplight-net/lamplight/deploy/running"
	"github.com/lamplight-net/lamplight/ingest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// machine is the settings of every server, all on one machine.
type machine struct {
	Gateway    ingest.GatewayConfig    `embed:""`
	Loader     ingest.LoaderConfig     `embed:""`
	Believed   ingest.ControlsConfig   `embed:""`
	Analyzer   analysis.AnalyzerConfig `embed:""`
	Site       dashboards.SiteConfig   `embed:""`
	Kafka      ingest.KafkaConfig      `embed:""`
	ClickHouse ingest.ClickHouseConfig `embed:""`
	Geo        ingest.GeoConfig        `embed:""`
	Operator   operatorSettings        `embed:""`
	Beside     controlBeside           `embed:""`
	// Fleeting is for a data folder that nobody keeps.
	Fleeting bool `kong:"-"`
}

// machineRunning is a machine whose services answer, with its tables up to date and its addresses open.
type machineRunning struct {
	machine
	db          *store.DB
	gatewayURL  string
	siteURL     string
	viewsURL    string // where analysts ask the engine; empty when ClickHouse is somebody else's
	analyze     part
	parts       []part // all but analyze
	close       []func() error
	log         *slog.Logger
	enginesDone <-chan struct{} // nil when ClickHouse is somebody else's
}

// start starts what nobody gave an address of, on folders in dir, and prepares the servers.
func (m machine) start(ctx context.Context, p *process, dir string) (r *machineRunning, err error) {
	r = &machineRunning{machine: m, log: p.log}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.Close())
		}
	}()
	if err := m.validate(); err != nil {
		return r, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return r, fmt.Errorf("make data folder: %w", err)
	}
	if err := r.services(ctx, p, dir); err != nil {
		return r, err
	}
	if r.db, err = openMigrated(ctx, r.ClickHouse); err != nil {
		return r, err
	}
	r.close = append(r.close, r.db.Close)
	r.locate(dir)
	if err := r.servers(ctx, p, dir); err != nil {
		return r, err
	}
	r.close = append(r.close, func() error { return running.Remove(dir) })
	return r, running.Write(dir, r.addresses())
}

// validate looks at every setting before anything starts. Whatever opens an address or a file for good finds
// out again.
func (m *machine) validate() error {
	if _, err := m.ClickHouse.Options(); err != nil {
		return err
	}
	for _, part := range []interface{ Validate() error }{&m.Gateway, &m.Loader, &m.Analyzer, &m.Site, &m.Kafka, &m.Geo, &m.Operator} {
		if err := part.Validate(); err != nil {
			return err
		}
	}
	return m.Beside.check(m.Gateway)
}

// addresses are what other commands on this machine need to know.
func (r *machineRunning) addresses() running.Addresses {
	return running.Addresses{Kafka: r.Kafka.Brokers, ClickHouse: r.ClickHouse.Address, Gateway: r.gatewayURL, Site: r.siteURL}
}

// services starts the engine and the broker, where no address names others.
func (r *machineRunning) services(ctx context.Context, p *process, dir string) error {
	if r.ClickHouse.Address == "" {
		engine, err := embedded.StartEngine(ctx, embedded.EngineConfig{
			Dir: filepath.Join(dir, "clickhouse"), Progress: p.err, Log: p.log,
		})
		if err != nil {
			return err
		}
		r.close = append(r.close, engine.Close)
		r.ClickHouse.Address, r.enginesDone = engine.Native(), engine.Done()
		r.viewsURL = "http://" + engine.HTTP() + "/?database=" + r.ClickHouse.Database
	}
	if len(r.Kafka.Brokers) == 0 {
		broker, err := embedded.StartBroker(ctx, embedded.BrokerConfig{
			Dir: filepath.Join(dir, "kafka"), Fleeting: r.Fleeting, Log: p.log,
		})
		if err != nil {
			return err
		}
		r.close = append(r.close, broker.Close)
		r.Kafka.Brokers = []string{broker.Address()}
	}
	return nil
}

// locate takes the location files that stand in the data folder, where no others are named.
func (r *machineRunning) locate(dir string) {
	if r.Geo.Country != "" || r.Geo.ASN != "" {
		return
	}
	files := ingest.GeoFiles(filepath.Join(dir, "geo"))
	if _, err := os.Stat(files.Country); err != nil {
		r.log.Warn("no location files, so that networks are as probes declare them, and no incident rests on what probes measure: make some with lamplight geo build", "out", filepath.Join(dir, "geo"))
		return
	}
	r.Geo = files
}

// servers prepares the servers and opens their addresses.
func (r *machineRunning) servers(ctx context.Context, p *process, dir string) error {
	if r.Gateway.KeyFile == "" {
		r.Gateway.KeyFile = filepath.Join(dir, "gateway.key")
	}
	var err error
	if r.Believed.Keys, err = r.Beside.believe(r.Believed.Keys, dir); err != nil {
		return err
	}
	r.Gateway.Controls, r.Loader.Controls = r.Believed, r.Believed
	gateway, err := ingest.NewGateway(r.Gateway, r.Kafka, r.Geo, p.log, p.metrics)
	if err != nil {
		return err
	}
	address, err := gateway.Listen(ctx)
	if err != nil {
		return err
	}
	r.gatewayURL = "http://" + address.String()
	control, err := r.Beside.start(p, dir, address)
	if err != nil {
		return err
	}
	// What the broker still holds may be signed by a key that was replaced since.
	r.Loader.GatewayKeys = append(append(r.Loader.GatewayKeys, gateway.PublicKey()), gateway.RetiredKeys()...)
	loader, err := ingest.NewLoader(r.Loader, r.Kafka, r.ClickHouse, r.Geo, p.log, p.metrics)
	if err != nil {
		return err
	}
	analyzer, err := analysis.NewAnalyzer(r.Analyzer, r.db, p.log, p.metrics)
	if err != nil {
		return err
	}
	site, err := dashboards.NewSite(r.Site, r.db, p.log, p.metrics)
	if err != nil {
		return err
	}
	if _, r.siteURL, err = site.Listen(ctx); err != nil {
		return err
	}
	r.analyze = analyzer.Run
	r.parts = []part{gateway.Run, loader.Run, site.Run, r.Operator.serve(p), r.watchEngine}
	if control != nil {
		r.parts = append(r.parts, control)
	}
	return nil
}

// watchEngine ends everything when the engine ends by itself: nothing works without it.
func (r *machineRunning) watchEngine(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-r.enginesDone:
		return errors.New("the ClickHouse engine ended by itself: see its log in the data folder")
	}
}

// Close ends the services, the last one started first.
func (r *machineRunning) Close() error {
	var errs []error
	for k := len(r.close) - 1; k >= 0; k-- {
		errs = append(errs, r.close[k]())
	}
	r.close = nil
	return errors.Join(errs...)
}

// greeting says where everything is, in the words of the flags that take it.
func (r *machineRunning) greeting(dir string) string {
	analysts := ""
	if r.viewsURL != "" {
		analysts = fmt.Sprintf("  analysts    curl -u lamplight_analyst: '%s' -d 'SHOW TABLES'\n", r.viewsURL)
	}
	return fmt.Sprintf(`Lamplight is up.
  site        %s
  gateway     %s (lamplight-probe invite makes links to it; its key is in %s.pub)
  kafka       %s (for import: --kafka)
  clickhouse  %s (for analyze and verdict: --clickhouse)
%s  data        %s (import, analyze, verdict, site and migrate find the above with --data)
Ctrl-C ends it.
`, r.siteURL, r.gatewayURL, r.Gateway.KeyFile, strings.Join(r.Kafka.Brokers, ","), r.ClickHouse.Address, analysts, dir)
}

type upCommand struct {
	Data string `name:"data" help:"Folder that keeps everything: tables, messages, the gateway's key, location files." default:"lamplight-data" env:"LAMPLIGHT_DATA" type:"path" placeholder:"DIR"`
	machine
}

// Run runs every server until ctx ends.
func (c *upCommand) Run(ctx context.Context, p *process) (err error) {
	r, err := c.start(ctx, p, c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	p.printf("%s", r.greeting(c.Data))
	return together(ctx, append(r.parts, r.analyze)...)
}
