package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/dashboards"
	"github.com/lamplight-net/lamplight/deploy/demo"
	"github.com/lamplight-net/lamplight/ingest"
	"github.com/lamplight-net/lamplight/probes/lab"
)

// dayUnderWay is how far into the stage day all of the past is in ClickHouse.
const dayUnderWay = 30 * time.Minute

type demoCommand struct {
	lab.Config
	Site dashboards.SiteConfig `embed:""`
	Once bool                  `name:"once" help:"End after the story; fail unless every act was found, linked and shown."`
	Data string                `name:"data" help:"Folder to work in, which must be new or empty. Without it: a temporary one." type:"path" placeholder:"DIR"`
}

// Run runs every server on a fresh folder with the lab's probes, and tells the story.
func (c *demoCommand) Run(ctx context.Context, p *process) (err error) {
	dir, remove, err := c.folder()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	quiet, closeLog, err := logTo(filepath.Join(dir, "lamplight.log"), p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeLog()) }()
	country, err := lab.New(c.Config, filepath.Join(dir, "lab"), quiet.log)
	if err != nil {
		return err
	}
	m, err := c.machine(ctx, country, dir)
	if err != nil {
		return err
	}
	r, err := m.start(ctx, quiet, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	telling, over := context.WithCancel(ctx)
	defer over()
	story := func(ctx context.Context) error {
		defer over()
		return demo.Run(ctx, c.story(country, r, p, dir))
	}
	stage := func(ctx context.Context) error { return country.Run(ctx, r.gatewayURL) }
	// A past that is half there would look like a country that comes and goes.
	analyze := func(ctx context.Context) error {
		_ = country.SleepUntil(ctx, country.Begin().Add(dayUnderWay)) // fails only when ctx ends, which ends analysis too
		return r.analyze(ctx)
	}
	return together(telling, append(r.parts, stage, story, analyze)...)
}

// folder returns the folder to work in, and what to do with it at the end.
func (c *demoCommand) folder() (dir string, remove func() error, err error) {
	if c.Data == "" {
		dir, err = os.MkdirTemp("", "lamplight-demo-")
		return dir, func() error { return os.RemoveAll(dir) }, err
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return "", nil, fmt.Errorf("--data: %w", err)
	}
	entries, err := os.ReadDir(c.Data)
	if err != nil {
		return "", nil, fmt.Errorf("--data: %w", err)
	}
	if len(entries) > 0 {
		return "", nil, fmt.Errorf("--data: %s is not empty, and the demo begins with nothing: give another folder", c.Data)
	}
	return c.Data, func() error { return nil }, nil
}

// logTo returns a process whose log goes to a file: on the terminal it would drown the story.
func logTo(path string, p *process) (quiet *process, closeLog func() error, err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("open log: %w", err)
	}
	other := *p
	other.log = slog.New(slog.NewTextHandler(file, nil))
	return &other, file.Close, nil
}

// machine returns the settings of the servers: the usual ones, with the stage's clock and countries.
func (c *demoCommand) machine(ctx context.Context, country *lab.Lab, dir string) (machine, error) {
	var m machine
	if err := kong.ApplyDefaults(&m); err != nil {
		return m, fmt.Errorf("default settings: %w", err)
	}
	var networks []ingest.GeoNetwork
	for _, n := range lab.Networks() {
		networks = append(networks, ingest.GeoNetwork{Prefix: n.Prefix, Country: n.Country, ASN: n.ASN, ASName: n.Name})
	}
	geo := filepath.Join(dir, "geo")
	if err := os.MkdirAll(geo, 0o700); err != nil {
		return m, fmt.Errorf("make folder of location files: %w", err)
	}
	if err := ingest.WriteGeo(geo, networks); err != nil {
		return m, err
	}
	m.Fleeting = true
	m.Geo = ingest.GeoFiles(geo)
	m.Kafka.Brokers, m.ClickHouse.Address, m.Operator.Listen = nil, "", "" // the demo touches nobody's services
	m.Gateway.Listen, m.Gateway.KeyFile, m.Gateway.Now = "127.0.0.1:0", "", country.Now
	m.Gateway.RatePerPrefix, m.Gateway.RatePerProbe, m.Gateway.RateTotal = 100_000, 60_000, 100_000 // weeks of the past come at once
	m.Loader.BlockWait = 100 * time.Millisecond
	m.Analyzer.Now, m.Analyzer.CountryNames = country.Now, lab.Countries()
	m.Analyzer.Every = 2 * time.Second
	m.Analyzer.Baseline = max(24*time.Hour, time.Duration(c.HistoryDays)*24*time.Hour)
	m.Analyzer.Reopen = 24 * time.Hour // nothing happened before the stage day
	m.Site = c.Site
	if listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", m.Site.Listen); errors.Is(err, syscall.EADDRINUSE) {
		m.Site.Listen = "127.0.0.1:0"
	} else if err == nil {
		return m, listener.Close()
	}
	return m, nil
}

// story is what the audience is given.
func (c *demoCommand) story(country *lab.Lab, r *machineRunning, p *process, dir string) demo.Config {
	incidents := incident.NewRepository(r.db)
	cfg := demo.Config{
		Out: p.out, Once: c.Once, Countries: lab.Countries(), Site: r.siteURL,
		End: country.End(), Now: country.Now, SleepUntil: country.SleepUntil, Staged: country.Staged(),
		Pace: country.Pace, Blind: func() []demo.Span {
			var spans []demo.Span
			for _, s := range country.Blind() {
				spans = append(spans, demo.Span(s))
			}
			return spans
		},
		Opening: opening(c.HistoryDays),
		Incidents: func(ctx context.Context) ([]incident.Incident, error) {
			return incidents.List(ctx, incident.Filter{})
		},
		Report: func(ctx context.Context, list []byte) error {
			file := filepath.Join(dir, "reports.csv")
			if err := os.WriteFile(file, list, 0o600); err != nil {
				return fmt.Errorf("write report list: %w", err)
			}
			names := make(map[string]string)
			for code, name := range lab.Countries() {
				names[name] = code
			}
			recording := ingest.ImportConfig{Kind: "stop", Source: file, CountryNames: names}
			_, err := ingest.Import(ctx, recording, r.Kafka, ingest.GeoConfig{}, r.log, nil)
			return err
		},
	}
	for _, a := range country.Acts() {
		cfg.Acts = append(cfg.Acts, demo.Act{Title: a.Title, Begin: a.Begin, End: a.End, Expect: expectation(a)})
	}
	return cfg
}

func opening(days int) string {
	probes := 0
	for _, n := range lab.Networks() {
		probes += n.Probes
	}
	return fmt.Sprintf("On this machine now: %d probes in two pretend countries, Lampland and Moorland, their resolvers and sites, "+
		"and every server of Lamplight. The last %d days are made up and being sent; the day that follows is really measured.", probes, days)
}

// expectation says what analysis must make of an act.
func expectation(a lab.Act) demo.Expectation {
	place := incident.Place{Country: a.Country}
	switch {
	case a.Country == "": // an outage of our own
		return demo.Expectation{}
	case a.Service != "":
		return demo.Expectation{Type: incident.TypePlatform, Place: place, Service: a.Service}
	case a.Whole:
		return demo.Expectation{Type: incident.TypeNationwide, Place: place}
	}
	return demo.Expectation{Type: incident.TypeNetwork, Place: place, Networks: a.Networks, NetworkType: typeOf(a.Networks)}
}

// typeOf returns the type that all of these networks have, or nothing.
func typeOf(asns []uint32) string {
	var types []string
	for _, n := range lab.Networks() {
		if slices.Contains(asns, n.ASN) {
			types = append(types, string(n.Type))
		}
	}
	slices.Sort(types)
	if types = slices.Compact(types); len(types) != 1 {
		return ""
	}
	return types[0]
}
