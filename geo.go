package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lamplight-net/lamplight/deploy/npm"
	"github.com/lamplight-net/lamplight/ingest"
)

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
