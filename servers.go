package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/lamplight-net/lamplight/analysis"
	"github.com/lamplight-net/lamplight/dashboards"
	"github.com/lamplight-net/lamplight/ingest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

type gatewayCommand struct {
	ingest.GatewayConfig
	Believed ingest.ControlsConfig `embed:""`
	Kafka    ingest.KafkaConfig    `embed:""`
	Geo      ingest.GeoConfig      `embed:""`
	Operator operatorSettings      `embed:""`
}

// Run answers probes until ctx ends.
func (c *gatewayCommand) Run(ctx context.Context, p *process) error {
	c.Controls = c.Believed
	gateway, err := ingest.NewGateway(c.GatewayConfig, c.Kafka, c.Geo, p.log, p.metrics)
	if err != nil {
		return err
	}
	return together(ctx, gateway.Run, c.Operator.serve(p))
}

type loaderCommand struct {
	ingest.LoaderConfig
	Believed   ingest.ControlsConfig   `embed:""`
	Kafka      ingest.KafkaConfig      `embed:""`
	ClickHouse ingest.ClickHouseConfig `embed:""`
	Geo        ingest.GeoConfig        `embed:""`
	Operator   operatorSettings        `embed:""`
}

// Run loads until ctx ends.
func (c *loaderCommand) Run(ctx context.Context, p *process) error {
	c.Controls = c.Believed
	loader, err := ingest.NewLoader(c.LoaderConfig, c.Kafka, c.ClickHouse, c.Geo, p.log, p.metrics)
	if err != nil {
		return err
	}
	return together(ctx, loader.Run, c.Operator.serve(p))
}

type migrateCommand struct {
	ClickHouse ingest.ClickHouseConfig `embed:""`
	Data       dataSettings            `embed:""`
}

// Run brings every room's tables up to date.
func (c *migrateCommand) Run(ctx context.Context, p *process) (err error) {
	if err := c.Data.fill(ctx, nil, &c.ClickHouse); err != nil {
		return err
	}
	db, err := openMigrated(ctx, c.ClickHouse)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	p.log.Info("tables are up to date", "database", db.Database())
	err = store.MakeAnalyst(ctx, db)
	if errors.Is(err, store.ErrNoRoles) {
		p.log.Warn("no role for analysts: let this user make roles and migrate again, or run ingest/store/analyst.sql as one who may", "error", err)
		return nil
	}
	return err
}

func open(ctx context.Context, c ingest.ClickHouseConfig) (*store.DB, error) {
	options, err := c.Options()
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, options)
	return db, unopened(err, ", or with --data the folder of a running lamplight up")
}

// unopened says of which setting a database is that could not be opened, and what to do where nobody answers.
func unopened(err error, instead string) error {
	switch {
	case errors.Is(err, store.ErrAway):
		return fmt.Errorf("--clickhouse: %w: give the native address of a ClickHouse that runs, as 127.0.0.1:9000%s", err, instead)
	case err != nil:
		return fmt.Errorf("--clickhouse: %w", err)
	}
	return nil
}

// openMigrated creates the database if need be, and opens it with every room's tables up to date.
func openMigrated(ctx context.Context, c ingest.ClickHouseConfig) (*store.DB, error) {
	options, err := c.Options()
	if err != nil {
		return nil, err
	}
	if err := store.Create(ctx, options); err != nil {
		return nil, unopened(err, "")
	}
	db, err := store.Open(ctx, options)
	if err != nil {
		return nil, unopened(err, "")
	}
	if err := migrate(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// migrate brings every room's tables up to date, in the order of the rooms, and opens their views to whoever may
// read views.
func migrate(ctx context.Context, db *store.DB) error {
	if err := ingest.Migrate(ctx, db); err != nil {
		return err
	}
	if err := analysis.Migrate(ctx, db); err != nil {
		return err
	}
	return store.OpenViews(ctx, db)
}

type siteCommand struct {
	dashboards.SiteConfig
	ClickHouse ingest.ClickHouseConfig `embed:""`
	Operator   operatorSettings        `embed:""`
	Data       dataSettings            `embed:""`
}

// Run shows the site until ctx ends.
func (c *siteCommand) Run(ctx context.Context, p *process) (err error) {
	if err := errors.Join(c.Validate(), c.Operator.Validate()); err != nil {
		return err
	}
	if err := c.Data.fill(ctx, nil, &c.ClickHouse); err != nil {
		return err
	}
	db, err := open(ctx, c.ClickHouse)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	site, err := dashboards.NewSite(c.SiteConfig, db, p.log, p.metrics)
	if err != nil {
		return err
	}
	return together(ctx, site.Run, c.Operator.serve(p))
}
