package scene

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync/atomic"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/guard"
)

// Field is the internet of a scene, beyond the line of the process's own namespace.
type Field struct{ net *internet }

// Open makes the internet of a scene for the calling process's namespace, which must be one of its own, with every
// certificate made already.
func Open(ctx context.Context, s *Scene) (*Field, error) {
	n, err := build(ctx, s)
	if err != nil {
		return nil, err
	}
	for i := range s.Sites {
		if _, err := n.certs.of(&s.Sites[i], s.Sites[i].Name); err != nil {
			return nil, errors.Join(err, n.Close())
		}
	}
	return &Field{net: n}, nil
}

// Close ends everything.
func (f *Field) Close() error { return f.net.Close() }

// Authority returns the certificate of the authority that vouches for every site.
func (f *Field) Authority() *x509.Certificate { return f.net.certs.authority }

// Resolver is the provider's.
func Resolver() netip.AddrPort { return netip.AddrPortFrom(resolverISP, 53) }

// Vantage looks from home, as a volunteer's machine does. roots vouch for sites.
func (f *Field) Vantage(roots *x509.CertPool) *check.Vantage {
	g := guard.New()
	system := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return g.Dial(ctx, network[:3], Resolver())
	}}
	return &check.Vantage{
		Guard: g, System: system, Roots: roots, Clock: clock.System{}, Timeouts: check.DefaultTimeouts(), Decoy: check.DefaultDecoy,
	}
}

// Traffic is what went over a relay, without the headers of IP and TCP.
type Traffic struct{ Up, Down atomic.Int64 }

// Relay leads connections to an address of the field to a socket of the machine's file system, and counts.
func (f *Field) Relay(ctx context.Context, at netip.AddrPort, socket string) (*Traffic, error) {
	l, err := f.net.listen(ctx, at)
	if err != nil {
		return nil, err
	}
	f.net.closers = append(f.net.closers, l)
	t := &Traffic{}
	f.net.running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return // closed
			}
			f.net.running.Go(func() { t.carry(ctx, conn, socket) })
		}
	})
	return t, nil
}

func (t *Traffic) carry(ctx context.Context, conn net.Conn, socket string) {
	defer conn.Close()
	far, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
	if err != nil {
		return // whoever called sees the connection close
	}
	defer far.Close()
	stop := context.AfterFunc(ctx, func() { _ = errors.Join(conn.Close(), far.Close()) })
	defer stop()
	back := make(chan struct{})
	go func() {
		defer close(back)
		n, _ := io.Copy(conn, far) // it ends when either side hangs up
		t.Down.Add(n)
		_ = conn.Close()
	}()
	n, _ := io.Copy(far, conn)
	t.Up.Add(n)
	_ = far.Close()
	<-back
}
