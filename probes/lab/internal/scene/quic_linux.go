package scene

import (
	"context"
	"crypto/tls"
	"net/netip"

	"github.com/quic-go/quic-go"
)

// quic shakes hands over HTTP/3 at an address. Nobody asks it for a page: no probe does.
func (n *internet) quic(ctx context.Context, at netip.AddrPort, config *tls.Config) error {
	conn, err := n.packets(ctx, at)
	if err != nil {
		return err
	}
	n.closers = append(n.closers, conn)
	transport := &quic.Transport{Conn: conn}
	config = config.Clone()
	config.NextProtos = []string{"h3"}
	l, err := transport.Listen(config, nil)
	if err != nil {
		return err
	}
	n.closers = append(n.closers, transport)
	n.running.Go(func() {
		for {
			if _, err := l.Accept(ctx); err != nil {
				return // closed
			}
		}
	})
	return nil
}
