// Package tcp connects to the addresses of a target, one after the other, and says which answered.
//
// It connects through the guard and writes down public addresses only. A machine without a route of an
// address family says nothing about a target, so what it could not even try is left out when another
// family could be tried.
package tcp

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// maxAttempts bounds how long one dead target keeps a check busy.
const maxAttempts = 3

// Connect tries the addresses in their order until one answers. It returns one record an attempt, and the
// failure of the last one if none answered. The caller closes the connection.
func Connect(ctx context.Context, v *check.Vantage, look check.Look, target string, to []netip.AddrPort) (net.Conn, []measurement.Record, measurement.Failure) {
	var records []measurement.Record
	last := measurement.FailureGuarded
	for _, address := range to[:min(len(to), maxAttempts)] {
		r := look.Record(v, measurement.KindTCP, target)
		r.TCP = &measurement.TCP{Address: address.Addr()}
		conn, took, err := connect(ctx, v, address)
		r.DurationMS = took
		r.Failure = failure.Of(failure.Connect, err)
		if r.Failure == measurement.FailureGuarded {
			continue // nothing was tried, and what was refused is not to be written down
		}
		records = append(records, r)
		if err == nil {
			return conn, tried(records), ""
		}
		last = r.Failure
	}
	return nil, tried(records), last
}

func connect(ctx context.Context, v *check.Vantage, to netip.AddrPort) (net.Conn, uint32, error) {
	ctx, cancel := context.WithTimeout(ctx, v.Timeouts.Connect)
	defer cancel()
	start := time.Now()
	conn, err := v.Guard.Dial(ctx, "tcp", to)
	return conn, check.Since(start), err
}

// tried leaves out the attempts that had no route, if there is another.
func tried(records []measurement.Record) []measurement.Record {
	noRoute := func(r measurement.Record) bool { return r.Failure == measurement.FailureNetworkUnreach }
	if !slices.ContainsFunc(records, func(r measurement.Record) bool { return !noRoute(r) }) {
		return records
	}
	return slices.DeleteFunc(records, noRoute)
}
