// Package border carries the lab's probes to the gateway outside the lab, without changing where they
// come from.
//
// The gateway locates a probe by the address that a connection comes from, so the relay dials it from the
// very address that the probe dialed the relay from, as only loopback allows. It looks into nothing that
// it carries.
package border

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"
)

// dialTimeout bounds reaching the gateway, which is on the same machine.
const dialTimeout = 5 * time.Second

// Relay carries connections to one gateway.
type Relay struct {
	listener net.Listener
	gateway  string
	log      *slog.Logger
}

// New returns a relay from l to the gateway's host:port, a loopback address.
func New(l net.Listener, gateway string, log *slog.Logger) *Relay {
	return &Relay{listener: l, gateway: gateway, log: log}
}

// Serve relays until ctx ends; then it closes the listener and every connection.
func (r *Relay) Serve(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = r.listener.Close() })
	defer stop()
	var open sync.WaitGroup
	defer open.Wait()
	for {
		inside, err := r.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("relay on %s: %w", r.listener.Addr(), err)
		}
		open.Go(func() { r.carry(ctx, inside) })
	}
}

// carry copies both ways until one side is done.
func (r *Relay) carry(ctx context.Context, inside net.Conn) {
	defer func() { _ = inside.Close() }()
	outside, err := r.dialAs(ctx, inside.RemoteAddr())
	if err != nil {
		r.log.Debug("gateway not reached", "error", err)
		return
	}
	defer func() { _ = outside.Close() }()
	stop := context.AfterFunc(ctx, func() { _, _ = inside.Close(), outside.Close() })
	defer stop()

	var back sync.WaitGroup
	back.Go(func() {
		_, _ = io.Copy(inside, outside)
		_ = inside.Close() // the gateway is done: so is whoever asked
	})
	_, _ = io.Copy(outside, inside)
	_ = outside.Close()
	back.Wait()
}

// dialAs dials the gateway from another socket's IP address.
func (r *Relay) dialAs(ctx context.Context, who net.Addr) (net.Conn, error) {
	tcp, ok := who.(*net.TCPAddr)
	if !ok {
		return nil, fmt.Errorf("dial as %s: not a TCP address", who)
	}
	d := net.Dialer{Timeout: dialTimeout, LocalAddr: &net.TCPAddr{IP: tcp.IP}}
	return d.DialContext(ctx, "tcp4", r.gateway)
}
