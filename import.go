package main

import (
	"context"
	"maps"
	"slices"

	"github.com/lamplight-net/lamplight/ingest"
)

type importCommand struct {
	ingest.ImportConfig
	fingerprintSettings
	Kafka ingest.KafkaConfig `embed:""`
	Geo   ingest.GeoConfig   `embed:""`
	Data  dataSettings       `embed:""`
}

// Run publishes one recording.
func (c *importCommand) Run(ctx context.Context, p *process) error {
	blockPage, err := c.recognizer()
	if err != nil {
		return err
	}
	c.BlockPage = blockPage
	if err := c.Data.fill(ctx, &c.Kafka, nil); err != nil {
		return err
	}
	result, err := ingest.Import(ctx, c.ImportConfig, c.Kafka, c.Geo, p.log, newBar(p.err).step)
	if err != nil {
		return err
	}
	p.printf("Rows taken from %s: %d\n", c.Source, result.Taken)
	for _, reason := range slices.Sorted(maps.Keys(result.Skipped)) {
		p.printf("%d skipped: %s\n", result.Skipped[reason], reason)
	}
	return nil
}
