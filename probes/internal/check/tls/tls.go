// Package tls shakes hands with a target and says who answered.
//
// The certificate is verified here and not by crypto/tls, so that what is wrong with it is known as well as
// that something is. Of a certificate nothing is kept but the hash of its key, and that only where the chain
// leads to a public authority: those keys are public already. Any other key may be that of a device or of a
// program in the volunteer's home, and no other machine has the same.
package tls

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Handshake speaks TLS over conn to name, and returns the connection unless the record says that it
// failed or that the certificate is not to be believed. Closing conn stays with the caller.
func Handshake(ctx context.Context, v *check.Vantage, look check.Look, conn net.Conn, target, name string) (*tls.Conn, measurement.Record) {
	r := look.Record(v, measurement.KindTLS, target)
	r.TLS = &measurement.TLS{Address: remote(conn), ServerName: name}
	ctx, cancel := context.WithTimeout(ctx, v.Timeouts.TLS)
	defer cancel()
	client := tls.Client(conn, &tls.Config{
		ServerName: name,
		NextProtos: []string{"h2", "http/1.1"}, // as every Go program's client offers
		// Judge decides below, once it is noted who answered.
		InsecureSkipVerify: true, //nolint:gosec // see above
	})
	start := time.Now()
	err := client.HandshakeContext(ctx)
	r.DurationMS = check.Since(start)
	if err != nil {
		r.Failure = failure.Of(failure.Handshake, err)
		r.TLS.Alert = failure.Alert(err)
		r.TLS.Certificate = failure.Fault(err, nil)
		return nil, r
	}
	state := client.ConnectionState()
	r.TLS.Version = version(state.Version)
	judged := Judge(state.PeerCertificates, name, v.Roots)
	r.Failure, r.TLS.Certificate = judged.Failure, judged.Fault
	r.TLS.KeySHA256, r.TLS.ChainSHA256 = judged.Key, judged.Chain
	if r.Failure != "" {
		return nil, r
	}
	return client, r
}

func version(v uint16) string {
	switch v {
	case tls.VersionTLS10:
		return "1.0"
	case tls.VersionTLS11:
		return "1.1"
	case tls.VersionTLS12:
		return "1.2"
	case tls.VersionTLS13:
		return "1.3"
	}
	return ""
}

func remote(conn net.Conn) netip.Addr {
	to, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	return to.Addr().Unmap()
}
