package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/deploy/demo"
	"github.com/lamplight-net/lamplight/ingest"
	"github.com/lamplight-net/lamplight/probes/lab"
)

// machine returns the settings of the servers: the usual ones, with the stage's clock and countries.
func (c *demoCommand) machine(ctx context.Context, country *lab.Lab, dir string) (machine, error) {
	var m machine
	if err := ownSettings(&m); err != nil {
		return m, err
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
	m.Gateway.Listen, m.Gateway.Now = "127.0.0.1:0", country.Now
	m.Gateway.RatePerPrefix, m.Gateway.RatePerProbe, m.Gateway.RateTotal = 100_000, 60_000, 100_000 // weeks of the past come at once
	m.Loader.BlockWait = 100 * time.Millisecond
	m.Analyzer.Now, m.Analyzer.CountryNames = country.Now, lab.Countries()
	m.Analyzer.Every = 2 * time.Second
	m.Analyzer.Baseline = max(24*time.Hour, time.Duration(c.HistoryDays)*24*time.Hour)
	m.Analyzer.Reopen = 24 * time.Hour // nothing happened before the stage day
	m.Site.Listen = c.Listen
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
	return demo.Config{
		Out: p.out, Once: c.Once, Countries: lab.Countries(), Site: r.siteURL,
		End: country.End(), Now: country.Now, SleepUntil: country.SleepUntil, Staged: country.Staged(),
		Pace: country.Pace, Blind: func() []demo.Span {
			var spans []demo.Span
			for _, s := range country.Blind() {
				spans = append(spans, demo.Span(s))
			}
			return spans
		},
		Opening: opening(c.HistoryDays), Acts: acts(country),
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
}

// acts tells the audience what happens, and what networks there are.
func acts(country *lab.Lab) []demo.Act {
	types := make(map[uint32]string)
	for _, n := range lab.Networks() {
		types[n.ASN] = string(n.Type)
	}
	var happenings []demo.Happening
	for _, a := range country.Acts() {
		happenings = append(happenings, demo.Happening(a))
	}
	return demo.Acts(happenings, types)
}

func opening(days int) string {
	probes := 0
	for _, n := range lab.Networks() {
		probes += n.Probes
	}
	return fmt.Sprintf("On this machine now: %d probes in two pretend countries, Lampland and Moorland, their resolvers and sites, "+
		"and every server of Lamplight. The last %d days are made up and being sent; the day that follows is really measured.", probes, days)
}

// ownSettings sets every setting to its default. What the operator's environment says is of the operator's own
// servers, and none of it is for what is started beside them: it touches nobody's services, keys or addresses.
func ownSettings(settings any) error {
	deaf := kong.PostBuild(func(k *kong.Kong) error {
		for _, flag := range k.Model.Flags {
			flag.Envs, flag.Tag.Envs = nil, nil
		}
		return nil
	})
	if err := kong.ApplyDefaults(settings, deaf); err != nil {
		return fmt.Errorf("default settings: %w", err)
	}
	return nil
}
