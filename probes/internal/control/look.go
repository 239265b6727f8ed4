package control

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/check/http"
	"github.com/lamplight-net/lamplight/probes/internal/check/tls"
	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// lookTime bounds a look at one site, redirects and the wait for its turn included, and connectTime one at one more
// address of it.
const (
	lookTime    = 40 * time.Second
	connectTime = 15 * time.Second
)

// visit looks at a URL as a probe does. It returns nothing when a limit stood in the way of one of its connections: what
// was not tried must not look like what failed. A connection to where no route leads sends nothing, and counts for nothing.
func (s *Server) visit(ctx context.Context, target Target) []measurement.Record {
	var stopped atomic.Bool
	v := *s.cfg.Vantage
	v.Guard = v.Guard.Asking(func(to netip.AddrPort) bool {
		ok := s.cfg.Vantage.Guard.Route(ctx, to) != nil || s.led.allow(to.Addr(), time.Now())
		if !ok {
			stopped.Store(true)
		}
		return ok
	})
	records := http.Visit(ctx, &v, look, target.URL)
	if stopped.Load() {
		s.Counts.Limited.Add(1)
		return nil
	}
	return records
}

// reach connects to one address, and shakes hands where the URL's scheme does.
func (s *Server) reach(ctx context.Context, target Target, address netip.AddrPort) []measurement.Record {
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	v := s.cfg.Vantage
	host, port := target.place()
	name := net.JoinHostPort(host, strconv.Itoa(int(port)))
	r := look.Record(v, measurement.KindTCP, name)
	r.TCP = &measurement.TCP{Address: address.Addr()}
	start := time.Now()
	conn, err := v.Guard.Dial(ctx, "tcp", address)
	r.DurationMS = check.Since(start)
	r.Failure = failure.Of(failure.Connect, err)
	if r.Failure == measurement.FailureGuarded {
		return nil // nothing was tried
	}
	if err != nil {
		return []measurement.Record{r}
	}
	defer func() { _ = conn.Close() }()
	if !target.secure() {
		return []measurement.Record{r}
	}
	_, shaken := tls.Handshake(ctx, v, look, conn, name, host)
	return []measurement.Record{r, shaken}
}

// look is a part of every record; the number that ties a target's records is set when they are put together.
var look = check.Look{Class: measurement.ClassForeign}

// untried returns the addresses that may be tried beside those that the visit did: public ones, and only where the
// name has a public address for the control itself. A name that only the caller knows may be the caller's invention.
func (s *Server) untried(target Target, visited []measurement.Record) []netip.AddrPort {
	_, port := target.place()
	resolves := slices.ContainsFunc(visited, func(r measurement.Record) bool {
		return r.DNS != nil && slices.ContainsFunc(r.DNS.Answers, func(a measurement.Answer) bool { return a.Class == measurement.AddressPublic })
	})
	if !resolves {
		return nil
	}
	var out []netip.AddrPort
	for _, a := range target.Addresses {
		tried := slices.ContainsFunc(visited, func(r measurement.Record) bool { return r.TCP != nil && r.TCP.Address.Unmap() == a })
		to := netip.AddrPortFrom(a, port)
		if tried || slices.Contains(out, to) || s.cfg.Vantage.Guard.Class(a) != measurement.AddressPublic {
			continue
		}
		out = append(out, to)
	}
	return out
}
