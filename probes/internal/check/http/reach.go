package http

import (
	"context"
	"net"
	"net/netip"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/check/dns"
	"github.com/lamplight-net/lamplight/probes/internal/check/tcp"
	"github.com/lamplight-net/lamplight/probes/internal/check/tls"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// reach brings up a connection to a place, ready for a request. Without a failure the caller closes it.
func reach(ctx context.Context, v *check.Vantage, look check.Look, to place) (net.Conn, []measurement.Record, measurement.Failure) {
	addresses, records, failed := resolve(ctx, v, look, to)
	if failed != "" {
		return nil, records, failed
	}
	conn, attempts, failed := tcp.Connect(ctx, v, look, to.target(), addresses)
	records = append(records, attempts...)
	if failed != "" || to.url.Scheme != "https" {
		return conn, records, failed
	}
	secure, record := tls.Handshake(ctx, v, look, conn, to.target(), to.host)
	records = append(records, record)
	if record.Failure != "" {
		conn.Close()
		return nil, records, record.Failure
	}
	return secure, records, ""
}

// resolve returns the addresses to try.
func resolve(ctx context.Context, v *check.Vantage, look check.Look, to place) ([]netip.AddrPort, []measurement.Record, measurement.Failure) {
	if address, ok := to.literal(); ok {
		return []netip.AddrPort{netip.AddrPortFrom(address, to.port)}, nil, ""
	}
	records, found := dns.System(ctx, v, look, to.host)
	addresses := make([]netip.AddrPort, len(found))
	for i, address := range found {
		addresses[i] = netip.AddrPortFrom(address, to.port)
	}
	if len(found) > 0 {
		return addresses, records, ""
	}
	// IPv4 speaks for the name: nearly every site has it. IPv6's failure counts if only that one failed.
	for _, r := range records {
		if r.Failure != "" {
			return nil, records, r.Failure
		}
	}
	return nil, records, measurement.FailureDNSNoAnswer
}
