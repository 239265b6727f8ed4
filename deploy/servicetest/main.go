package servicetest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"testing"

	"github.com/lamplight-net/lamplight/deploy/embedded"
	"github.com/lamplight-net/lamplight/deploy/machinetest"
)

// running holds the services of this test process. A test asks for its services by package functions
// because TestMain can hand nothing to a test; this is the one place with such state.
var running services

type services struct {
	mu      sync.Mutex
	dir     string // of everything that the services write
	closers []func() error

	engine   *embedded.Engine
	broker   *embedded.Broker
	kafka    string // address of Apache Kafka
	failures map[string]error
}

// Main runs the tests of a package and ends the services they used. It does not return. In the child
// process that is the ClickHouse engine it runs no tests.
func Main(m *testing.M) {
	embedded.Child()
	code := m.Run()
	if err := running.close(); err != nil {
		fmt.Fprintln(os.Stderr, "end services:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// folder returns the folder for what the services write. Its path is short: sockets and Kafka's files have
// little room for names.
func (s *services) folder() (string, error) {
	if s.dir != "" {
		return s.dir, nil
	}
	dir, err := os.MkdirTemp("", "lamplight-")
	if err == nil {
		s.dir = dir
		s.closers = append(s.closers, func() error { return os.RemoveAll(dir) })
	}
	return dir, err
}

func (s *services) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i]())
	}
	return errors.Join(errs...)
}

// once starts a service the first time it is asked for. A failure is kept: every later test would only
// wait for the same one.
func (s *services) once(name string, started bool, start func(ctx context.Context, dir string) error) error {
	if started {
		return nil
	}
	if err := s.failures[name]; err != nil {
		return err
	}
	dir, err := s.folder()
	if err == nil {
		err = start(context.Background(), dir)
	}
	if err != nil {
		if s.failures == nil {
			s.failures = map[string]error{}
		}
		s.failures[name] = err
	}
	return err
}

// absent marks the error of a service that this machine does not have. Any other is of one that is there and
// does not work, which no test may pass over.
type absent struct{ error }

func (a absent) Unwrap() error { return a.error }

// missing skips the test, or fails it where services are required, or where the service is there but did not
// start.
func missing(t testing.TB, service string, err error) {
	t.Helper()
	if _, ok := errors.AsType[absent](err); !ok {
		t.Fatalf("%s is on this machine and does not start: %v", service, err)
	}
	machinetest.Missing(t, service, err)
}

// quiet drops the services' own logs: each keeps a file.
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
