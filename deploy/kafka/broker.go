package kafka

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/deploy/internal/bound"
	"github.com/lamplight-net/lamplight/deploy/internal/folder"
	"github.com/lamplight-net/lamplight/deploy/internal/loopback"
)

// Config says what runs, and where it keeps its messages.
type Config struct {
	// Jars is the folder of Kafka's jars, from Find or Fetch.
	Jars string
	// Dir holds messages, offsets, the log and the lock. One broker at a time may use it.
	Dir string
	Log *slog.Logger
}

// Broker is a running Apache Kafka on loopback.
type Broker struct {
	address string
	process *bound.Process
	close   func() error
}

const (
	// startTimeout bounds one start, which takes two seconds on an idle machine of 2026.
	startTimeout = time.Minute
	// heap is what one broker of few topics needs; it is resident with about 370 MB then.
	heap = "-Xmx512m"
)

// Start starts Kafka on cfg.Dir and returns when it is a working broker. The process must have called
// embedded.Child first thing in main, as Kafka is held by a child of this executable. ctx bounds the start
// alone; the broker runs until Close, or until this process ends in whatever way.
func Start(ctx context.Context, cfg Config) (*Broker, error) {
	java, err := exec.LookPath("java")
	if err != nil {
		return nil, errors.New("java is not on PATH: install Java 17, or use the embedded broker")
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("find data folder: %w", err)
	}
	lock, err := folder.Lock(ctx, dir)
	if err != nil {
		return nil, err
	}
	run := run{java: java, classpath: filepath.Join(cfg.Jars, "*"), dir: dir}
	broker, err := run.start(ctx, lock)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	cfg.Log.Info("apache kafka started", "address", broker.address, "folder", dir)
	return broker, nil
}

// run is one start of Kafka.
type run struct {
	java, classpath, dir string
}

func (r run) start(ctx context.Context, lock *os.File) (*Broker, error) {
	if err := folder.NeedSpace(r.dir, folder.DataSpace); err != nil {
		return nil, err
	}
	portsFile := filepath.Join(r.dir, "ports")
	for attempt := 1; ; attempt++ {
		ports, err := loopback.Choose(portsFile, 2)
		if err != nil {
			return nil, err
		}
		broker, err := r.startOn(ctx, ports, lock)
		if errors.Is(err, errPortTaken) && attempt < loopback.Attempts {
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := loopback.Remember(portsFile, ports); err != nil {
			return nil, errors.Join(fmt.Errorf("remember ports: %w", folder.Explain(err, r.dir)), broker.process.Stop())
		}
		return broker, nil
	}
}

func (r run) startOn(ctx context.Context, ports []int, lock *os.File) (*Broker, error) {
	properties, err := r.configure(ctx, ports)
	if err != nil {
		return nil, err
	}
	logPath := filepath.Join(r.dir, "kafka.log")
	output, err := os.Create(logPath)
	if err != nil {
		return nil, fmt.Errorf("create log: %w", folder.Explain(err, r.dir))
	}
	defer func() { _ = output.Close() }() // the child has its own
	command, err := bound.Hold(r.java, heap, "-cp", r.classpath, "kafka.Kafka", properties)
	if err != nil {
		return nil, err
	}
	command.Dir, command.Output, command.Lock = r.dir, output, lock
	process, err := command.Start(ctx)
	if err != nil {
		return nil, err
	}
	broker := &Broker{
		address: loopback.Address(ports[0]),
		process: process,
		close:   sync.OnceValue(func() error { return errors.Join(process.Stop(), lock.Close()) }),
	}

	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := broker.awaitReady(ctx); err != nil {
		return nil, errors.Join(explainStart(err, logPath), process.Stop())
	}
	return broker, nil
}

// explainStart turns a failed start into a message that says what to do.
func explainStart(err error, logPath string) error {
	printed, readErr := os.ReadFile(logPath)
	if readErr != nil {
		return errors.Join(err, readErr)
	}
	switch {
	case bytes.Contains(printed, []byte("Address already in use")):
		return errPortTaken
	case bytes.Contains(printed, []byte("UnsupportedClassVersionError")):
		return fmt.Errorf("java is older than Kafka needs: install Java 17 or later: %w", err)
	}
	return fmt.Errorf("start Apache Kafka: %w (see %s)", err, logPath)
}

// Address returns the broker's host:port.
func (b *Broker) Address() string { return b.address }

// Close ends the broker and waits until its logs are closed; it is killed when that takes longer than ten
// seconds. It may be called again.
func (b *Broker) Close() error { return b.close() }
