package http

import (
	"context"
	"net"
	"net/netip"
	"slices"

	"github.com/lamplight-net/lamplight/probes/internal/check/dns"
	"github.com/lamplight-net/lamplight/probes/internal/check/quic"
	"github.com/lamplight-net/lamplight/probes/internal/check/tcp"
	"github.com/lamplight-net/lamplight/probes/internal/check/tls"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// reached is how far a hop came on its way to an exchange.
type reached struct {
	conn net.Conn // nil unless ready for a request
	// address is the one that the hop used, or would have; invalid where none was tried.
	address netip.AddrPort
	// attempts waits for the connections that are still under way, and returns the records of them and of the
	// handshake.
	attempts func() []measurement.Record
	shake    *measurement.Record // of TLS
	failure  measurement.Failure
}

// reach brings up a connection to a place, ready for a request. The records of names are noted at once.
func (t *visit) reach(ctx context.Context, to place) reached {
	r := reached{attempts: func() []measurement.Record { return nil }}
	var addresses []netip.AddrPort
	if addresses, r.failure = t.resolve(ctx, to); r.failure != "" {
		return r
	}
	t.recognize(addresses)
	conn, attempts, failed := tcp.Connect(ctx, t.v, t.look, to.target(), addresses)
	r.attempts, r.failure = attempts, failed
	if failed != "" {
		if tried := attempts(); len(tried) > 0 {
			r.address = netip.AddrPortFrom(tried[0].TCP.Address, to.port)
		}
		return r
	}
	conn = &bounded{Conn: conn, left: maxExchangeBytes}
	r.conn, r.address = conn, addressOf(conn)
	if !to.encrypted() {
		return r
	}
	secure, record := tls.Handshake(ctx, t.v, t.look, conn, to.target(), to.host)
	r.shake, r.failure = &record, record.Failure
	r.attempts = func() []measurement.Record { return append(attempts(), record) }
	if r.failure != "" {
		conn.Close()
		r.conn = nil
		return r
	}
	r.conn = secure
	return r
}

func addressOf(conn net.Conn) netip.AddrPort {
	to, _ := netip.ParseAddrPort(conn.RemoteAddr().String())
	return netip.AddrPortFrom(to.Addr().Unmap(), to.Port())
}

// resolve returns the addresses to try.
func (t *visit) resolve(ctx context.Context, to place) ([]netip.AddrPort, measurement.Failure) {
	if address, ok := to.literal(); ok {
		return []netip.AddrPort{netip.AddrPortFrom(address, to.port)}, ""
	}
	records, found := dns.System(ctx, t.v, t.look, to.host)
	t.beneath = append(t.beneath, records...)
	addresses := make([]netip.AddrPort, len(found))
	for i, address := range found {
		addresses[i] = netip.AddrPortFrom(address, to.port)
	}
	if len(found) > 0 {
		return addresses, ""
	}
	// IPv4 speaks for the name: nearly every site has it. IPv6's failure counts if only that one failed.
	for _, r := range records {
		if r.Failure != "" {
			return nil, r.Failure
		}
	}
	return nil, measurement.FailureDNSNoAnswer
}

// compare makes, once in a look, the handshakes that say what a failure was about: under an innocuous name
// where the target's own may have been the reason, and over QUIC where the site says that it speaks it or
// where it cannot say so because the hop failed. Silence costs a volunteer 13 kB, so QUIC is not tried
// at every site all the time.
func (t *visit) compare(ctx context.Context, to place, r reached, got answer) {
	if t.look.Brief || !to.encrypted() || !r.address.IsValid() {
		return
	}
	if r.shake != nil && tls.Doubtful(*r.shake) {
		if decoy, ok := tls.Compare(ctx, t.v, t.look, r.address, to.target(), to.host); ok {
			t.beneath = append(t.beneath, decoy)
		}
	}
	if !t.quic && (got.http3 || r.failure != "" && !ownFault(r.failure)) {
		t.quic = true
		t.beneath = append(t.beneath, quic.Handshake(ctx, t.v, t.look, r.address, to.target(), to.host))
	}
}

// ownFault reports whether a failure is of the volunteer's machine or network, so that no other handshake
// would fare better.
func ownFault(f measurement.Failure) bool {
	return slices.Contains([]measurement.Failure{
		measurement.FailureNetworkDown, measurement.FailureNetworkUnreach, measurement.FailurePermissionDenied, measurement.FailureGuarded,
	}, f)
}
