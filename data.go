package main

import (
	"context"
	"fmt"

	"github.com/lamplight-net/lamplight/deploy/running"
	"github.com/lamplight-net/lamplight/ingest"
)

// dataSettings names a running up, in place of the addresses of its services.
type dataSettings struct {
	Data string `name:"data" help:"Data folder of a lamplight up that runs on this machine: its Kafka and ClickHouse are used, unless addresses are given." type:"path" placeholder:"DIR"`
}

// fill takes the addresses that nobody gave from what runs on the data folder, if one is named.
func (d dataSettings) fill(ctx context.Context, kafka *ingest.KafkaConfig, clickhouse *ingest.ClickHouseConfig) error {
	if d.Data == "" {
		return nil
	}
	found, err := running.Find(ctx, d.Data)
	if err != nil {
		return fmt.Errorf("--data: %w", err)
	}
	if kafka != nil && len(kafka.Brokers) == 0 {
		kafka.Brokers = found.Kafka
	}
	if clickhouse != nil && clickhouse.Address == "" {
		clickhouse.Address = found.ClickHouse
	}
	return nil
}
