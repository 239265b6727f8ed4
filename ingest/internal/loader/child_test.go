package loader

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/internal/gateway"
	"github.com/lamplight-net/lamplight/ingest/internal/geo"
	"github.com/lamplight-net/lamplight/ingest/internal/ratelimit"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// childVariable holds the settings of a process that this test binary started from itself.
const childVariable = "LAMPLIGHT_TEST_CHILD"

// child is a gateway or a loader in a process of its own, so that it can be killed.
type child struct {
	Role    string // gateway, loader
	Cluster bus.Cluster

	Address string // gateway: where to listen
	KeyFile string

	Store    store.Options
	Gateways []ed25519.PublicKey
	// DieAfterStep is the number of the step after which, with the second block, a loader kills itself;
	// negative for never.
	DieAfterStep int
	// CommitFirst plants the bug: offsets are committed before the rows are in ClickHouse.
	CommitFirst bool
}

// process is a running child.
type process struct {
	command *exec.Cmd
	stdin   io.Closer
	line    string // the first that it wrote
}

// start runs c. The process ends with this one, however that ends: its standard input closes then.
func (c child) start(t *testing.T) *process {
	t.Helper()
	settings, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{command: exec.CommandContext(t.Context(), os.Args[0])}
	p.command.Env = append(os.Environ(), childVariable+"="+string(settings))
	p.command.Stderr = os.Stderr
	stdout, err := p.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if p.stdin, err = p.command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("%s did not start: %v", c.Role, err)
	}
	p.line = strings.TrimSpace(line)
	return p
}

// kill ends the process as a power cut would.
func (p *process) kill(t *testing.T) {
	t.Helper()
	if err := p.command.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	p.died(t)
}

// died waits until the process was killed, and fails when it ended otherwise.
func (p *process) died(t *testing.T) {
	t.Helper()
	err := p.command.Wait()
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("process ended with %v, not by SIGKILL", err)
	}
}

// stop ends the process in order.
func (p *process) stop(t *testing.T) {
	t.Helper()
	if err := p.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.command.Wait(); err != nil {
		t.Errorf("process did not stop cleanly: %v", err)
	}
}

// runChild is the child's main. It does not return.
func runChild(settings string) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	var c child
	err := json.Unmarshal([]byte(settings), &c)
	if err == nil && c.Role == "gateway" {
		err = c.runGateway(ctx)
	} else if err == nil {
		err = c.runLoader(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, c.Role, "failed:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func (c child) runGateway(ctx context.Context) error {
	log, metrics := slog.New(slog.DiscardHandler), prometheus.NewRegistry()
	key, err := gateway.LoadKey(c.KeyFile)
	if err != nil {
		return err
	}
	producer, err := bus.NewProducer(c.Cluster, 64<<20, log, metrics)
	if err != nil {
		return err
	}
	places, err := geo.Open("", "")
	if err != nil {
		return err
	}
	g, err := gateway.New(gateway.Config{
		Key: key, MaxBodyMemory: 64 << 20,
		PerKey: ratelimit.Rate{Every: time.Millisecond, Burst: 1000}, Total: ratelimit.Rate{Every: time.Microsecond, Burst: 1000},
	}, producer, places, log, metrics)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Address)
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr())
	return g.Serve(ctx, listener, "", "")
}

func (c child) runLoader(ctx context.Context) error {
	log, metrics := slog.New(slog.DiscardHandler), prometheus.NewRegistry()
	db, err := store.Open(ctx, c.Store)
	if err != nil {
		return err
	}
	producer, err := bus.NewProducer(c.Cluster, 1<<20, log, metrics)
	if err != nil {
		return err
	}
	consumer, err := bus.NewConsumer(c.Cluster, bus.GroupLoader, []string{bus.TopicBatches, bus.TopicFeeds}, log, metrics)
	if err != nil {
		return err
	}
	places, err := geo.Open("", "")
	if err != nil {
		return err
	}
	l, err := New(Config{BlockRows: 2000, BlockWait: 100 * time.Millisecond, Gateways: c.Gateways}, consumer, producer, db, places, log, metrics)
	if err != nil {
		return err
	}
	if c.CommitFirst {
		slices.Reverse(l.steps)
	}
	if c.DieAfterStep >= 0 {
		l.steps[c.DieAfterStep].do = dieAfter(l.steps[c.DieAfterStep].do)
	}
	fmt.Println("loading")
	return errors.Join(l.Run(ctx), consumer.Close(), producer.Close(), db.Close())
}

// dieAfter makes a step the last thing that a process does with its second block.
func dieAfter(do func(context.Context, *block) error) func(context.Context, *block) error {
	blocks := 0
	return func(ctx context.Context, b *block) error {
		if err := do(ctx, b); err != nil {
			return err
		}
		if blocks++; blocks == 2 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // the signal is on its way
		}
		return nil
	}
}
