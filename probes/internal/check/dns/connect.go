package dns

import (
	"context"
	"crypto/tls"
	"errors"
	"net"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	lamptls "github.com/lamplight-net/lamplight/probes/internal/check/tls"
	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// maxReceived bounds what a resolver can send over one connection, handshake and all, in bytes. Long
// certificate chains take 8 KiB.
const maxReceived = 64 << 10

// connect connects to a resolver over TCP. The caller closes the connection.
func connect(ctx context.Context, v *check.Vantage, resolver plan.Resolver) (net.Conn, measurement.Failure) {
	ctx, cancel := context.WithTimeout(ctx, v.Timeouts.Connect)
	defer cancel()
	conn, err := v.Guard.Dial(ctx, "tcp", resolver.Address)
	if err != nil {
		return nil, failure.Of(failure.Connect, err)
	}
	return &capped{Conn: conn, left: maxReceived}, ""
}

// secure connects to a resolver over TLS, and believes it only by its name in the plan: who answers in its
// place must not pass for it, not even who may read the machine's other connections. The caller closes the connection.
func secure(ctx context.Context, v *check.Vantage, resolver plan.Resolver, protocols ...string) (*tls.Conn, measurement.Failure) {
	conn, failed := connect(ctx, v, resolver)
	if failed != "" {
		return nil, failed
	}
	ctx, cancel := context.WithTimeout(ctx, v.Timeouts.TLS)
	defer cancel()
	client := tls.Client(conn, &tls.Config{ServerName: resolver.Name, NextProtos: protocols, RootCAs: lamptls.Public(v.Roots)})
	if err := client.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, failure.Of(failure.Handshake, err)
	}
	return client, ""
}

// capped ends a connection that brings more than it may.
type capped struct {
	net.Conn
	left int
}

var errTooMuch = errors.New("the resolver sends more than answers take")

func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errTooMuch
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}
