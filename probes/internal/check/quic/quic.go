// Package quic shakes hands over QUIC, the transport of HTTP/3, and says who answered.
//
// It asks for no page: what a censor of QUIC drops or answers is the handshake. The connection is a datagram
// socket that is bound to its one address, so that the guard rules on it as on any other, a refusal by the
// network is heard, and nobody else's datagrams are.
package quic

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/netip"
	"time"

	"github.com/quic-go/quic-go"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	lamptls "github.com/lamplight-net/lamplight/probes/internal/check/tls"
	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// noError is HTTP/3's code for a connection that ends because nothing is left to do (RFC 9114, section 8.1).
const noError = 0x100

// versions are the names that records have for the versions that are offered.
var versions = map[quic.Version]string{quic.Version1: "1", quic.Version2: "2"}

// Handshake speaks QUIC to an address under a name, and hangs up.
func Handshake(ctx context.Context, v *check.Vantage, look check.Look, to netip.AddrPort, target, name string) measurement.Record {
	r := look.Record(v, measurement.KindQUIC, target)
	r.QUIC = &measurement.QUIC{Address: to.Addr(), ServerName: name}
	ctx, cancel := context.WithTimeout(ctx, v.Timeouts.QUIC)
	defer cancel()
	start := time.Now()
	version, chain, err := shake(ctx, v, to, name)
	r.DurationMS = check.Since(start)
	if err != nil {
		r.Failure, r.QUIC.Alert = failure.Of(failure.Handshake, err), failure.Alert(err)
		return r
	}
	judged := lamptls.Judge(chain, name, v.Roots)
	r.QUIC.Version, r.Failure, r.QUIC.KeySHA256 = version, judged.Failure, judged.Key
	return r
}

func shake(ctx context.Context, v *check.Vantage, to netip.AddrPort, name string) (version string, chain []*x509.Certificate, err error) {
	conn, err := v.Guard.Dial(ctx, "udp", to)
	if err != nil {
		return "", nil, err
	}
	defer conn.Close()
	transport := quic.Transport{Conn: bound{conn}}
	defer transport.Close()
	session, err := transport.Dial(ctx, conn.RemoteAddr(), &tls.Config{
		ServerName: name,
		NextProtos: []string{"h3"},
		// Judge decides, once it is noted who answered.
		InsecureSkipVerify: true, //nolint:gosec // see above
	}, &quic.Config{HandshakeIdleTimeout: v.Timeouts.QUIC, DisablePathMTUDiscovery: true})
	if err != nil {
		return "", nil, err
	}
	defer func() { _ = session.CloseWithError(noError, "") }()
	state := session.ConnectionState()
	return versions[state.Version], state.TLS.PeerCertificates, nil
}

// bound lets quic-go, which wants a socket for any address, use one that is bound to a single address.
type bound struct{ net.Conn }

func (b bound) ReadFrom(p []byte) (int, net.Addr, error) {
	n, err := b.Read(p)
	return n, b.RemoteAddr(), err
}

func (b bound) WriteTo(p []byte, _ net.Addr) (int, error) { return b.Write(p) }

// SetReadBuffer and SetWriteBuffer change nothing: a handshake fits into any buffer, and quic-go writes to
// standard error about sockets that it cannot enlarge.
func (b bound) SetReadBuffer(int) error  { return nil }
func (b bound) SetWriteBuffer(int) error { return nil }
