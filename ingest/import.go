package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/internal/feeds"
	"github.com/lamplight-net/lamplight/ingest/internal/feedwire"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// ImportConfig is a recording that somebody else made, and what it does not say of itself.
type ImportConfig struct {
	Kind    string `arg:"" help:"Format of the recording: ioda, atlas, stop or ooni." enum:"ioda,atlas,stop,ooni"`
	Source  string `arg:"" help:"File, or http(s) address, packed with gzip or not." placeholder:"FILE|URL"`
	Entity  string `name:"entity" help:"ioda: what the series are of: country/IQ, region/4369 or asn/5089."`
	Country string `name:"country" help:"atlas: the country of all its probes, instead of looking prefixes up."`

	CountryNames map[string]string `name:"country-name" help:"stop: the code of a name that the list has for a country, beside the usual ones, as Lampland=XL; may be repeated." placeholder:"NAME=CODE"`

	// BlockPage recognizes block pages in the answers that a recording of OONI's holds; nil recognizes none.
	BlockPage func(header http.Header, body []byte) string `kong:"-"`
}

// ImportResult counts what a recording holds.
type ImportResult struct {
	Taken   int
	Skipped map[string]int // by reason
}

// publishAtOnce is how many messages share a wait for Kafka; together they stay under importInFlight.
const (
	publishAtOnce  = 16
	importInFlight = 32 << 20
)

// validate refuses what the kind of recording has no use for: whoever gives it expects it to do something.
func (c *ImportConfig) validate() error {
	for _, only := range []struct {
		flag, kind string
		given      bool
	}{
		{"--entity", "ioda", c.Entity != ""},
		{"--country", "atlas", c.Country != ""},
		{"--country-name", "stop", len(c.CountryNames) > 0},
	} {
		if only.given && c.Kind != only.kind {
			return fmt.Errorf("%s: goes with import %s alone, and this is import %s", only.flag, only.kind, c.Kind)
		}
	}
	for name, code := range c.CountryNames {
		if !measurement.CountryCode(code) {
			return fmt.Errorf("--country-name %s=%s: the code is not two capital letters, as in Lampland=XL", name, code)
		}
	}
	return nil
}

// patience is how long an import waits for Kafka: a person is waiting for the import.
const patience = 15 * time.Second

// reach makes the topics, or says that nobody is there.
func reach(ctx context.Context, cluster bus.Cluster, partitions int, log *slog.Logger) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := bus.CreateTopics(ctx, cluster, partitions, log); err != nil {
		return fmt.Errorf("--kafka: no broker takes messages at %s: give the host:port of one that runs, or with --data the folder of a running lamplight up: %w",
			strings.Join(cluster.Brokers, ", "), err)
	}
	return nil
}

// Import checks a whole recording and only then publishes its rows, which the loader then writes. The same
// recording twice changes nothing, so an import that failed may simply be run again. progress, when not
// nil, is told how many bytes of how many a step ("download", "check", "import") has done.
func Import(ctx context.Context, cfg ImportConfig, kafka KafkaConfig, geo GeoConfig, log *slog.Logger, progress func(step string, done, total int64)) (ImportResult, error) {
	cluster, err := kafka.cluster()
	if err != nil {
		return ImportResult{}, err
	}
	if err := cfg.validate(); err != nil {
		return ImportResult{}, err
	}
	options := feeds.Options{Entity: cfg.Entity, Country: cfg.Country, CountryNames: cfg.CountryNames, BlockPage: cfg.BlockPage, Progress: progress}
	if geo.Country != "" {
		places, err := geo.open()
		if err != nil {
			return ImportResult{}, err
		}
		defer func() { _ = places.Close() }() // only read
		options.Locate = func(a netip.Addr) (string, error) {
			found, err := places.Locate(a)
			return found.Country, err
		}
	}
	recording, err := feeds.Open(ctx, feeds.Kind(cfg.Kind), cfg.Source, options)
	if err != nil {
		return ImportResult{}, fmt.Errorf("import %s: %w", cfg.Kind, err)
	}
	defer func() { _ = recording.Close() }() // only read
	if err := reach(ctx, cluster, kafka.Partitions, log); err != nil {
		return ImportResult{}, err
	}
	if err := publish(ctx, cluster, recording, log); err != nil {
		return ImportResult{}, fmt.Errorf("import %s, which may be repeated: %w", cfg.Kind, err)
	}
	result := recording.Result()
	return ImportResult{Taken: result.Taken, Skipped: result.Skipped}, nil
}

func publish(ctx context.Context, cluster bus.Cluster, recording *feeds.Recording, log *slog.Logger) (err error) {
	producer, err := bus.NewProducer(cluster, importInFlight, log, prometheus.NewRegistry())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, producer.Close()) }()
	var together []bus.Message
	for message, err := range feedwire.Encode(recording.Rows(ctx), time.Now()) {
		if err != nil {
			return err
		}
		if together = append(together, message); len(together) < publishAtOnce {
			continue
		}
		if err := producer.Publish(ctx, bus.TopicFeeds, together...); err != nil {
			return err
		}
		together = nil
	}
	if len(together) == 0 {
		return nil
	}
	return producer.Publish(ctx, bus.TopicFeeds, together...)
}
