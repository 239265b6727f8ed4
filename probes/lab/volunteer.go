package lab

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/agent"
	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/internal/identity"
	"github.com/lamplight-net/lamplight/probes/internal/upload"
	"github.com/lamplight-net/lamplight/probes/lab/internal/habit"
	"github.com/lamplight-net/lamplight/probes/lab/internal/world"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const (
	software = "lamplight-probe/lab"
	// abroad is the country whose anchors are foreign to everybody with a probe.
	abroad = "XF"
	// A beat a bin of the analysis is the least that shows a network going dark at once.
	beatEvery   = 5 * time.Minute
	targetEvery = 20 * time.Minute
)

// On loopback an answer takes a few milliseconds, on a busy machine some tens; what takes longer than
// this does not come. It is less than the second after which a lost connection attempt is repeated: a look
// that began in the dark must not see the light.
var timeouts = check.Timeouts{
	Anchor: 800 * time.Millisecond, DNS: 600 * time.Millisecond, Connect: 600 * time.Millisecond,
	TLS: 800 * time.Millisecond, QUIC: 600 * time.Millisecond, HTTP: 800 * time.Millisecond, Conflict: 5 * time.Millisecond,
}

// backoff brings probes back to a gateway within a few bins after it is there again.
var backoff = upload.Backoff{Base: 200 * time.Millisecond, Max: 1500 * time.Millisecond}

// exchange is how long a probe holds on to a gateway that does not answer. A real one has all of a minute; here
// that would be hours.
const exchange = 1500 * time.Millisecond

// volunteer is one person's machine.
type volunteer struct {
	number   int // among all of the lab's, from 0
	network  world.Network
	identity identity.Identity
	habit    habit.Habit
	guard    *guard.Guard
}

// volunteers returns everybody in the lab, as the seed makes them.
func volunteers(seed uint64) ([]volunteer, error) {
	var out []volunteer
	for _, n := range world.Networks() {
		for i := range n.Probes {
			g, err := guard.ForLab(world.Prefix, n.Probe(i))
			if err != nil {
				return nil, err
			}
			number := len(out)
			out = append(out, volunteer{
				number: number, network: n, guard: g,
				identity: identity.FromSeed(deviceSeed(seed, number)),
				habit:    habit.Of(seed, number),
			})
		}
	}
	return out, nil
}

// deviceSeed makes a device's secret: no secret at all, since the lab's seed is known, but one that
// nobody else's device has.
func deviceSeed(seed uint64, number int) [identity.SeedSize]byte {
	b := binary.BigEndian.AppendUint64([]byte("lamplight lab device\n"), seed)
	return sha256.Sum256(binary.BigEndian.AppendUint64(b, uint64(number)))
}

func (v *volunteer) declared() measurement.Network {
	return measurement.Network{Country: v.network.Country, ASN: v.network.ASN, Type: v.network.Type}
}

// live switches the volunteer's machine on and off by habit until ctx ends.
func (l *Lab) live(ctx context.Context, p *premises, v volunteer) error {
	for ctx.Err() == nil {
		if v.habit.On(l.Now()) {
			if err := l.switchOn(ctx, p, v); err != nil {
				return fmt.Errorf("probe %d in %s: %w", v.number, v.network.Name, err)
			}
		}
		_ = l.clock.Sleep(ctx, beatEvery) // only ctx ends it early, and the loop looks at that
	}
	return nil
}

// switchOn runs the volunteer's agent until the machine is switched off or ctx ends.
func (l *Lab) switchOn(ctx context.Context, p *premises, v volunteer) error {
	network := v.declared()
	a, err := agent.New(agent.Config{
		State:    l.stateOf(v),
		Software: software, Identity: &v.identity, Network: &network,
		Plan: p.planOf(v.network), Guard: v.guard, System: p.resolvers[v.network.ASN].address, Roots: p.roots,
		Gateway: p.gateway, Clock: l.clock, Timeouts: timeouts, SealEvery: beatEvery, Backoff: backoff, Exchange: exchange,
		Log: quiet(),
	})
	if err != nil {
		return err
	}
	ctx, switchOff := context.WithCancel(ctx)
	go func() {
		defer switchOff()
		for v.habit.On(l.Now()) && l.clock.Sleep(ctx, beatEvery) == nil {
		}
	}()
	defer switchOff()
	return a.Run(ctx)
}
