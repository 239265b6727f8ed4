package embedded

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/deploy/internal/bound"
	"github.com/lamplight-net/lamplight/deploy/internal/folder"
	"github.com/lamplight-net/lamplight/deploy/internal/loopback"
)

// EngineConfig says where an engine keeps its data.
type EngineConfig struct {
	// Dir holds the tables, the logs and the lock. One engine at a time may use it.
	Dir string
	// Cache holds the library once it is fetched; empty means "lamplight" among the user's caches.
	Cache string
	// Progress is where to tell a person what is being fetched; nil means nobody is there.
	Progress io.Writer
	Log      *slog.Logger
}

// Engine is a running ClickHouse on loopback.
type Engine struct {
	native, http string
	process      *bound.Process
	close        func() error
}

// startTimeout bounds one start. An empty folder is ready in a third of a second; ten thousand parts take
// seconds.
const startTimeout = 2 * time.Minute

// portsFile remembers, in a service's folder, the ports of its last run.
const portsFile = "ports"

// StartEngine fetches the library if need be, starts ClickHouse on cfg.Dir and returns when it answers. The
// ports are those of the folder's last engine when they are free. ctx bounds the start alone; the engine
// runs until Close, or until this process ends in whatever way.
func StartEngine(ctx context.Context, cfg EngineConfig) (*Engine, error) {
	program, err := findProgram(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return startProgram(ctx, cfg, program)
}

func startProgram(ctx context.Context, cfg EngineConfig, program program) (*Engine, error) {
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("find data folder: %w", err)
	}
	lock, err := folder.Lock(ctx, dir)
	if err != nil {
		return nil, err
	}
	engine, err := startLocked(ctx, dir, program, lock)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	cfg.Log.Info("engine started", "native", engine.native, "http", engine.http, "folder", dir, "program", program.path)
	return engine, nil
}

func startLocked(ctx context.Context, dir string, program program, lock *os.File) (*Engine, error) {
	if err := folder.NeedSpace(dir, folder.DataSpace); err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		ports, err := loopback.Choose(filepath.Join(dir, portsFile), 2)
		if err != nil {
			return nil, err
		}
		engine, err := startOnce(ctx, dir, program, lock, ports)
		if errors.Is(err, errPortTaken) && attempt < loopback.Attempts {
			continue
		}
		return engine, err
	}
}

// startOnce starts the child that is the engine and waits until it answers.
func startOnce(ctx context.Context, dir string, program program, lock *os.File, ports []int) (*Engine, error) {
	s := settings{Dir: dir, NativePort: ports[0], HTTPPort: ports[1], Token: rand.Text()}
	config, err := s.render()
	if err != nil {
		return nil, err
	}
	configPath := filepath.Join(dir, "config.xml")
	if err := os.WriteFile(configPath, []byte(config), 0o600); err != nil {
		return nil, fmt.Errorf("write engine configuration: %w", folder.Explain(err, dir))
	}
	command, err := program.command(configPath, s)
	if err != nil {
		return nil, err
	}
	process, err := spawn(ctx, command, dir, lock)
	if err != nil {
		return nil, err
	}
	engine := &Engine{
		native:  loopback.Address(s.NativePort),
		http:    loopback.Address(s.HTTPPort),
		process: process,
		close:   sync.OnceValue(func() error { return errors.Join(explainEnd(process.Stop(), dir), lock.Close()) }),
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := engine.awaitReady(ctx, s.Token); err != nil {
		exit := process.Stop()
		return nil, explainStart(err, dir, program.path, exit)
	}
	if err := loopback.Remember(filepath.Join(dir, portsFile), ports); err != nil {
		return nil, errors.Join(fmt.Errorf("remember ports: %w", folder.Explain(err, dir)), process.Stop())
	}
	return engine, nil
}

// spawn starts command in dir. What it says before it has a log of its own goes to startupLog.
func spawn(ctx context.Context, command bound.Command, dir string, lock *os.File) (*bound.Process, error) {
	output, err := os.Create(filepath.Join(dir, startupLog))
	if err != nil {
		return nil, fmt.Errorf("create engine's startup log: %w", folder.Explain(err, dir))
	}
	defer func() { _ = output.Close() }() // the child has its own
	command.Dir, command.Output, command.Lock = dir, output, lock
	return command.Start(ctx)
}

// Native returns the host:port of ClickHouse's native protocol.
func (e *Engine) Native() string { return e.native }

// HTTP returns the host:port of ClickHouse's HTTP interface.
func (e *Engine) HTTP() string { return e.http }

// Done is closed when the engine has ended, by Close or by itself.
func (e *Engine) Done() <-chan struct{} { return e.process.Done() }

// Close ends the engine and waits until its tables are closed; queries that still run are canceled. An
// engine that takes longer than ten seconds is killed, which costs no acknowledged row.
// It may be called again.
func (e *Engine) Close() error { return e.close() }
