package bus

import (
	"context"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/lamplight-net/lamplight/deploy/servicetest"
)

// latch is an address at which nobody answers until it is opened; then a broker does.
type latch struct {
	net.Listener
	open atomic.Bool
}

func newLatch(t *testing.T, broker string) *latch {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	l := &latch{Listener: listener}
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			if !l.open.Load() {
				_ = near.Close()
				continue
			}
			far, err := net.Dial("tcp", broker) //nolint:noctx // it ends with the connection
			if err != nil {
				_ = near.Close()
				continue
			}
			go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
			go func() { _, _ = io.Copy(near, far); _ = near.Close() }()
		}
	}()
	return l
}

// lines passes on what is logged, line by line, and drops what nobody waits for.
type lines chan string

func (l lines) Write(text []byte) (int, error) {
	select {
	case l <- string(text):
	default:
	}
	return len(text), nil
}

// A cluster that is away when a server starts is waited for, and the operator is told what to look at.
func TestTopicsOfAClusterThatIsAway(t *testing.T) {
	gate := newLatch(t, servicetest.Kafka(t))
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	said, made := make(lines, 1), make(chan error, 1)
	go func() {
		made <- CreateTopics(ctx, Cluster{Brokers: []string{gate.Addr().String()}, Prefix: "away."}, 1, slog.New(slog.NewTextHandler(said, nil)))
	}()
	select {
	case err := <-made:
		t.Fatalf("it did not wait: %v", err)
	case line := <-said:
		if !strings.Contains(line, "--kafka") || !strings.Contains(line, gate.Addr().String()) {
			t.Errorf("it says %s", line)
		}
	}
	gate.open.Store(true)
	if err := <-made; err != nil {
		t.Error(err)
	}
}
