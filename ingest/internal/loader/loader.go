package loader

import (
	"context"
	"crypto/ed25519"
	"log/slog"
	"net/netip"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/internal/geo"
	"github.com/lamplight-net/lamplight/ingest/internal/intake"
	"github.com/lamplight-net/lamplight/ingest/internal/ratelimit"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// Config says how large blocks are, and whom to believe.
type Config struct {
	// Gateways are the keys of which one must have signed a message of batches.v1; none means that whoever can
	// write to Kafka is believed.
	Gateways  []ed25519.PublicKey
	BlockRows int                 // a block of so many rows is full
	BlockWait time.Duration       // a block waits so long for more, from its first message
	Controls  []ed25519.PublicKey // keys that are believed to be controls
}

const (
	// maxBlockBytes bounds a block of few large batches; with what it is made of and the block after it,
	// the loader stays under half a gigabyte.
	maxBlockBytes = 64 << 20
	// promised is how many messages may be decoded ahead of the block, and maxAheadBytes how much.
	promised      = 64
	maxAheadBytes = 64 << 20

	commitTime = 5 * time.Second
	// stopTime is for the block that is under way when the loader is told to stop.
	stopTime = 5 * time.Second
)

// Loader loads what its consumer fetches into db.
type Loader struct {
	cfg      Config
	consumer *bus.Consumer
	producer *bus.Producer // of dead letters
	db       *store.DB
	decoder  decoder
	ahead    *ahead
	breaker  breaker
	steps    []step
	log      *slog.Logger
	metrics  *metrics
	// rejections bounds how often lines that are no rows are logged.
	rejections *ratelimit.Limiter[struct{}]
}

// New returns a loader. Its geo database gives the networks of answered addresses.
func New(cfg Config, consumer *bus.Consumer, producer *bus.Producer, db *store.DB, places *geo.DB,
	log *slog.Logger, registry prometheus.Registerer,
) (*Loader, error) {
	opener, err := intake.NewOpener(cfg.Controls...)
	if err != nil {
		return nil, err
	}
	m, err := newMetrics(registry)
	if err != nil {
		return nil, err
	}
	asn := func(a netip.Addr) uint32 {
		found, err := places.Locate(a)
		if err != nil {
			return 0 // a damaged file: the gateway counts it, and unknown is the truth
		}
		return found.ASN
	}
	l := &Loader{
		cfg: cfg, consumer: consumer, producer: producer, db: db,
		decoder: decoder{opener: opener, asn: asn, gateways: cfg.Gateways}, log: log, metrics: m,
		ahead:      newAhead(maxAheadBytes),
		rejections: ratelimit.New[struct{}](ratelimit.Rate{Every: time.Minute, Burst: 1}, 1),
	}
	l.steps = []step{{"insert", l.insert}, {"bury", l.bury}, {"commit", l.commit}}
	return l, nil
}

// Run loads until ctx ends, and then finishes the block under way for a few seconds; nothing is lost if
// that does not succeed. ClickHouse or Kafka may be away for any time. It returns an error, and logs it at
// once, when too many messages can never be loaded, see batches.dead.v1.
func (l *Loader) Run(ctx context.Context) error {
	writing, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	// loading ends with ctx, and with the first part that fails.
	group, loading := errgroup.WithContext(ctx)
	afterwards := context.AfterFunc(loading, func() {
		grace := time.NewTimer(stopTime)
		defer grace.Stop()
		select {
		case <-grace.C:
			stop()
		case <-writing.Done():
		}
	})
	defer afterwards()

	promises := make(chan (<-chan decoded), promised)
	blocks := make(chan *block)
	group.Go(func() error { return l.fetch(loading, promises) })
	group.Go(func() error { return l.told(l.collect(writing, promises, blocks)) })
	group.Go(func() error {
		defer stop() // nobody takes a block any more
		return l.told(l.write(writing, blocks))
	})
	return group.Wait()
}

// told logs why loading stops: the block under way may still take seconds.
func (l *Loader) told(err error) error {
	if err != nil {
		l.log.Error("loader stops", "error", err)
	}
	return err
}
