package scene

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/agent"
	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/check/dns"
	"github.com/lamplight-net/lamplight/probes/internal/link"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/lab/internal/censor"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// timeouts are shorter than a volunteer's: nothing of a scene is far away, and half of the scenes wait for what
// does not come.
var timeouts = check.Timeouts{
	Anchor: 2 * time.Second, DNS: 1200 * time.Millisecond, Connect: 1200 * time.Millisecond, TLS: 1500 * time.Millisecond,
	QUIC: 1500 * time.Millisecond, HTTP: 2500 * time.Millisecond, Conflict: 150 * time.Millisecond,
}

// resolvers are asked directly in every scene.
var resolvers = []plan.Resolver{
	{Address: netip.AddrPortFrom(resolverISP, 53), Class: measurement.ResolverISP, Transport: measurement.TransportUDP},
	{Address: netip.AddrPortFrom(resolverPublic, 53), Class: measurement.ResolverPublic, Transport: measurement.TransportUDP},
	{Address: netip.AddrPortFrom(resolverPublic, 443), Class: measurement.ResolverPublic, Transport: measurement.TransportDoH, Name: publicName},
	{Address: netip.AddrPortFrom(resolverPublic, 853), Class: measurement.ResolverPublic, Transport: measurement.TransportDoT, Name: publicName},
	{Address: netip.AddrPortFrom(resolverPublic, 53), Class: measurement.ResolverPublic, Transport: measurement.TransportTCP},
}

// Play plays a scene in the network namespace of the calling process, which must be one of its own. The control
// looks first, with nobody on the line and a home that works.
func Play(ctx context.Context, s *Scene) (played Played, err error) {
	easy := *s
	easy.NoIPv6, easy.Offline, easy.Network = false, false, "fixed"
	if played.Control, err = look(ctx, &easy, nil); err != nil {
		return played, err
	}
	played.Probe, err = look(ctx, s, censor.New(s.Censor...))
	return played, err
}

func look(ctx context.Context, s *Scene, box *censor.Censor) (records []measurement.Record, err error) {
	n, err := build(ctx, s)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, n.Close()) }()
	if box != nil {
		n.line.Put(box)
	}
	v := (&Field{n}).Vantage(n.Roots())
	v.Timeouts, v.Link = timeouts, link.Look
	target := plan.Target{URL: s.Look, Class: measurement.ClassForeign}
	return agent.Look(ctx, v, 1, target, dns.NewPanel(resolvers, "")), nil
}
