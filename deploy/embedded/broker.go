package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"golang.org/x/sys/unix"

	"github.com/lamplight-net/lamplight/deploy/internal/folder"
	"github.com/lamplight-net/lamplight/deploy/internal/loopback"
)

// BrokerConfig says where a broker keeps its messages.
type BrokerConfig struct {
	// Dir holds messages, offsets and the lock. One broker at a time may use it.
	Dir string
	// Fleeting is for a folder that nobody keeps: the broker then acknowledges without waiting for the disk,
	// which is many times faster, and a power cut loses what was acknowledged.
	Fleeting bool
	Log      *slog.Logger
}

// Broker is a running Kafka-protocol broker on loopback. It syncs every batch to disk before it
// acknowledges, unless it is fleeting, keeps messages and committed offsets over restarts, and drops messages after retention.
// Topics are created by whoever uses them.
type Broker struct {
	cluster *kfake.Cluster
	address string
	lock    *os.File

	stop     chan struct{}
	sweeping sync.WaitGroup
	close    func() error
}

// retention is how long a message stays in a topic that names no time of its own. It is what Lamplight's topics
// ask of any Kafka, so that there is one answer to how long messages are kept.
const retention = 30 * 24 * time.Hour

// StartBroker starts a broker on cfg.Dir. Its port is that of the folder's last broker when it is free.
// The broker runs until Close.
func StartBroker(ctx context.Context, cfg BrokerConfig) (*Broker, error) {
	lock, err := folder.Lock(ctx, cfg.Dir)
	if err != nil {
		return nil, err
	}
	broker, err := openBroker(cfg)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	broker.lock = lock
	cfg.Log.Info("broker started", "address", broker.address, "folder", cfg.Dir)
	return broker, nil
}

func openBroker(cfg BrokerConfig) (*Broker, error) {
	if err := folder.NeedSpace(cfg.Dir, folder.DataSpace); err != nil {
		return nil, err
	}
	cluster, port, err := openCluster(cfg)
	if err != nil {
		return nil, fmt.Errorf("start broker on %s: %w", cfg.Dir, folder.Explain(err, cfg.Dir))
	}
	if err := loopback.Remember(filepath.Join(cfg.Dir, portsFile), []int{port}); err != nil {
		cluster.Close()
		return nil, fmt.Errorf("remember port: %w", folder.Explain(err, cfg.Dir))
	}
	broker := &Broker{
		cluster: cluster,
		address: loopback.Address(port),
		stop:    make(chan struct{}),
	}
	broker.close = sync.OnceValue(broker.shut)
	broker.sweeping.Go(broker.sweep)
	return broker, nil
}

// openCluster tries again with another port when the one that was free is taken.
func openCluster(cfg BrokerConfig) (*kfake.Cluster, int, error) {
	for attempt := 1; ; attempt++ {
		ports, err := loopback.Choose(filepath.Join(cfg.Dir, portsFile), 1)
		if err != nil {
			return nil, 0, err
		}
		options := []kfake.Opt{
			kfake.Ports(ports...),
			kfake.DataDir(filepath.Join(cfg.Dir, "data")),
			kfake.WithLogger(brokerLog{cfg.Log}),
			kfake.BrokerConfigs(map[string]string{"log.retention.ms": strconv.FormatInt(retention.Milliseconds(), 10)}),
		}
		if !cfg.Fleeting {
			options = append(options, kfake.SyncWrites())
		}
		cluster, err := kfake.NewCluster(options...)
		if err == nil {
			return cluster, ports[0], nil
		}
		if !errors.Is(err, unix.EADDRINUSE) || attempt == loopback.Attempts {
			return nil, 0, err
		}
	}
}

// sweep applies the retention once an hour; the broker does so by itself only for topics that name one.
func (b *Broker) sweep() {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		select {
		case <-b.stop:
			return
		case <-tick.C:
			b.cluster.ApplyRetention()
		}
	}
}

// Address returns the broker's host:port.
func (b *Broker) Address() string { return b.address }

// Close stops the broker and writes what it has not written yet. It may be called again.
func (b *Broker) Close() error { return b.close() }

func (b *Broker) shut() error {
	close(b.stop)
	b.sweeping.Wait()
	b.cluster.Close()
	return b.lock.Close()
}

// brokerLog passes the broker's warnings and errors on.
type brokerLog struct{ log *slog.Logger }

// Logf implements kfake.Logger.
func (l brokerLog) Logf(level kfake.LogLevel, format string, args ...any) {
	text := strings.TrimSpace(fmt.Sprintf(format, args...))
	switch level {
	case kfake.LogLevelError:
		l.log.Error("broker reported an error", "text", text)
	case kfake.LogLevelWarn:
		l.log.Warn("broker reported a warning", "text", text)
	case kfake.LogLevelNone, kfake.LogLevelInfo, kfake.LogLevelDebug:
	}
}
