package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/internal/geo"
	"github.com/lamplight-net/lamplight/ingest/internal/loader"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// LoaderConfig is how a loader writes.
type LoaderConfig struct {
	BlockRows int           `name:"block-rows" help:"Rows that are written at once when there are so many." default:"50000" env:"LAMPLIGHT_BLOCK_ROWS"`
	BlockWait time.Duration `name:"block-wait" help:"How long a row waits for others to be written with." default:"500ms" env:"LAMPLIGHT_BLOCK_WAIT"`

	GatewayKeys []string `name:"gateway-key-public" help:"Public keys of gateways, of which one must have signed a batch: base64, or files of such lines, as a gateway writes beside its key. Several while keys are changed. Without it, whoever can write to Kafka is believed; with up, its own gateway's." env:"LAMPLIGHT_GATEWAY_KEY_PUBLIC" placeholder:"KEY|FILE"`
	// Controls says whom to believe to be a control.
	Controls ControlsConfig `kong:"-"`
}

// Loader writes what the gateway and imports put into Kafka to ClickHouse.
type Loader struct {
	cfg        loader.Config
	cluster    bus.Cluster
	partitions int
	store      store.Options
	geo        *geo.DB
	log        *slog.Logger
	metrics    prometheus.Registerer
}

const (
	// deadInFlight bounds the dead letters in flight: they go one by one.
	deadInFlight = 4 << 20
	openRetry    = time.Second
)

// Validate returns an error that names the flag of a setting that cannot be.
func (c LoaderConfig) Validate() error {
	if err := between("--block-rows", c.BlockRows, 1, 1_000_000); err != nil {
		return err
	}
	if c.BlockWait < time.Millisecond || c.BlockWait > time.Minute {
		return fmt.Errorf("--block-wait: %v is not between 1ms and 1m", c.BlockWait)
	}
	return nil
}

// NewLoader checks the settings. It opens the geolocation files and connects to nothing.
func NewLoader(cfg LoaderConfig, kafka KafkaConfig, clickhouse ClickHouseConfig, geo GeoConfig, log *slog.Logger, metrics prometheus.Registerer) (*Loader, error) {
	cluster, err := kafka.cluster()
	if err != nil {
		return nil, err
	}
	options, err := clickhouse.Options()
	if err != nil {
		return nil, err
	}
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	keys, err := publicKeys(cfg.GatewayKeys)
	if err != nil {
		return nil, err
	}
	controls, err := cfg.Controls.keys()
	if err != nil {
		return nil, err
	}
	places, err := geo.open()
	if err != nil {
		return nil, err
	}
	return &Loader{
		cfg:     loader.Config{Gateways: keys, BlockRows: cfg.BlockRows, BlockWait: cfg.BlockWait, Controls: controls},
		cluster: cluster, partitions: kafka.Partitions, store: options, geo: places, log: log,
		metrics: prometheus.WrapRegistererWith(prometheus.Labels{"component": "loader"}, metrics),
	}, nil
}

// Run loads until ctx ends. It waits for Kafka and ClickHouse as long as they are away, at the start too.
// It returns an error when so many messages can never be loaded that somebody must look first.
func (l *Loader) Run(ctx context.Context) error {
	err := l.run(ctx)
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = nil
	}
	return errors.Join(err, l.geo.Close())
}

func (l *Loader) run(ctx context.Context) (err error) {
	closing := func(what string, close func() error) {
		if closeErr := close(); closeErr != nil {
			err = errors.Join(err, fmt.Errorf("close %s: %w", what, closeErr))
		}
	}
	if err := bus.CreateTopics(ctx, l.cluster, l.partitions, l.log); err != nil {
		return err
	}
	db, err := l.open(ctx)
	if err != nil {
		return err
	}
	defer closing("ClickHouse", db.Close)
	producer, err := bus.NewProducer(l.cluster, deadInFlight, l.log, l.metrics)
	if err != nil {
		return err
	}
	defer closing("producer", producer.Close)
	consumer, err := bus.NewConsumer(l.cluster, bus.GroupLoader, []string{bus.TopicBatches, bus.TopicFeeds}, l.log, l.metrics)
	if err != nil {
		return err
	}
	defer closing("consumer", consumer.Close)
	run, err := loader.New(l.cfg, consumer, producer, db, l.geo, l.log, l.metrics)
	if err != nil {
		return err
	}
	if len(l.cfg.Gateways) == 0 {
		l.log.Warn("no --gateway-key-public: whoever can write to Kafka can say where and when a batch came in")
	}
	l.log.Info("loader loads", "clickhouse", l.store.Address, "database", l.store.Database)
	return run.Run(ctx)
}

// open waits for ClickHouse.
func (l *Loader) open(ctx context.Context) (*store.DB, error) {
	for {
		db, err := store.Open(ctx, l.store)
		if err == nil || ctx.Err() != nil {
			return db, err
		}
		l.log.Warn("clickhouse is away or has no tables yet, trying again", "error", err)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(openRetry):
		}
	}
}
