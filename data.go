package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"

	"github.com/lamplight-net/lamplight/deploy/npm"
	"github.com/lamplight-net/lamplight/ingest"
)

type importCommand struct {
	ingest.ImportConfig
	fingerprintSettings
	Kafka ingest.KafkaConfig `embed:""`
	Geo   ingest.GeoConfig   `embed:""`
}

// Run publishes one recording.
func (c *importCommand) Run(ctx context.Context, p *process) error {
	blockPage, err := c.recognizer()
	if err != nil {
		return err
	}
	c.BlockPage = blockPage
	result, err := ingest.Import(ctx, c.ImportConfig, c.Kafka, c.Geo, p.log, newBar(p.err).step)
	if err != nil {
		return err
	}
	p.printf("%d rows taken from %s\n", result.Taken, c.Source)
	for _, reason := range slices.Sorted(maps.Keys(result.Skipped)) {
		p.printf("%d skipped: %s\n", result.Skipped[reason], reason)
	}
	return nil
}

type geoCommand struct {
	Build geoBuildCommand `cmd:"" help:"Compile open data (countries CC0, networks CC BY 4.0) into MaxMind-format files."`
}

type geoBuildCommand struct {
	Out string `name:"out" help:"Folder to write country.mmdb, asn.mmdb and their attributions into." default:"geo" type:"path" placeholder:"DIR"`
}

// Run compiles the location files.
func (c *geoBuildCommand) Run(ctx context.Context, p *process) error {
	staging, err := os.MkdirTemp("", "lamplight-geo-")
	if err != nil {
		return fmt.Errorf("create staging folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(staging) }()
	fetch := func(ctx context.Context, name, version, integrity string) (string, error) {
		p.log.Info("fetching from npm", "package", name, "version", version)
		dir, err := os.MkdirTemp(staging, "package-")
		if err != nil {
			return "", err
		}
		return npm.Pack(ctx, npm.Package{Name: name, Version: version, Integrity: integrity}, dir)
	}
	if err := ingest.BuildGeo(ctx, c.Out, fetch, p.log); err != nil {
		return err
	}
	files := ingest.GeoFiles(c.Out)
	p.printf("Use them with: --geo-country %s --geo-asn %s\nShow the attributions in %s to whoever sees the names.\n",
		files.Country, files.ASN, filepath.Join(c.Out, "ATTRIBUTION.txt"))
	return nil
}

type versionCommand struct{}

// Run prints what this program was built from.
func (versionCommand) Run(p *process) error {
	_, err := fmt.Fprintf(p.out, "lamplight %s\n", versionOf())
	return err
}

// version is set by the Makefile's build to the tag or commit.
var version string

// versionOf returns the version of this build; go install knows only the module's.
func versionOf() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "unknown"
}

func (p *process) printf(format string, args ...any) { _, _ = fmt.Fprintf(p.out, format, args...) }
