// Package tcp connects to the addresses of a target and says which answered.
//
// It measures and does not race: every address is tried, at once, and what became of each is a record; which
// connection is used afterwards goes by the order of the addresses and not by who was fastest. It connects
// through the guard and writes down public addresses only.
package tcp

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// patience is how long an address that answered waits for those before it in order: the delay between two
// attempts that RFC 8305 recommends. A connection that lies idle for longer may be closed by its server.
const patience = 250 * time.Millisecond

// attempt is one address and what became of it.
type attempt struct {
	place  int // in the order of the addresses
	conn   net.Conn
	record measurement.Record
}

// Connect tries the addresses, all at once, or one after the other until one answers where the look is
// brief. It returns the connection to use, which the caller closes, or how the first address failed if none
// answered; and a function that waits for the slower attempts, Timeouts.Connect at most, and returns one
// record for each attempt in order.
func Connect(ctx context.Context, v *check.Vantage, look check.Look, target string, to []netip.AddrPort) (net.Conn, func() []measurement.Record, measurement.Failure) {
	routed, chosen := choose(ctx, v, to)
	ended := make(chan attempt, len(chosen))
	try := func(i int) bool {
		a := one(ctx, v, look, target, chosen[i], routed)
		a.place = i
		ended <- a
		return a.conn != nil
	}
	go func() {
		defer close(ended)
		var trying sync.WaitGroup
		for i := range chosen {
			if look.Brief {
				if try(i) {
					break
				}
				continue
			}
			trying.Go(func() { try(i) })
		}
		trying.Wait()
	}()
	best, seen := first(ended)
	rest := make(chan []measurement.Record, 1)
	go func() {
		for late := range ended {
			if late.conn != nil {
				late.conn.Close()
			}
			seen = append(seen, late)
		}
		rest <- records(seen)
	}()
	all := sync.OnceValue(func() []measurement.Record { return <-rest })
	if best.conn != nil {
		return best.conn, all, ""
	}
	failed := all()
	if len(failed) == 0 {
		return nil, all, measurement.FailureGuarded
	}
	return nil, all, failed[0].Failure
}

// one connects to one address.
func one(ctx context.Context, v *check.Vantage, look check.Look, target string, to netip.AddrPort, routed bool) attempt {
	r := look.Record(v, measurement.KindTCP, target)
	r.TCP = &measurement.TCP{Address: to.Addr()}
	ctx, cancel := context.WithTimeout(ctx, v.Timeouts.Connect)
	defer cancel()
	start := time.Now()
	conn, err := v.Guard.Dial(ctx, "tcp", to)
	r.DurationMS = check.Since(start)
	r.Failure = failure.Of(failure.Connect, err)
	if routed && r.Failure == measurement.FailureNetworkUnreach {
		// The machine has a route, so it was a router on the way that said so: that may well be interference.
		r.Failure = measurement.FailureHostUnreachable
	}
	return attempt{conn: conn, record: r}
}

// first returns the answer that comes first in order, among those that are there once one of them has waited
// long enough, and all that had ended by then. The other connections are closed.
func first(ended <-chan attempt) (best attempt, seen []attempt) {
	var enough <-chan time.Time
	for {
		if best.conn != nil && earlier(seen, best.place) == best.place {
			return best, seen
		}
		select {
		case a, more := <-ended:
			if !more {
				return best, seen
			}
			seen = append(seen, a)
			switch {
			case a.conn == nil:
			case best.conn == nil:
				best, enough = a, time.After(patience)
			case a.place < best.place:
				best.conn.Close()
				best = a
			default:
				a.conn.Close()
			}
		case <-enough:
			return best, seen
		}
	}
}

// earlier counts the attempts seen that come before place in order.
func earlier(seen []attempt, place int) int {
	n := 0
	for _, a := range seen {
		if a.place < place {
			n++
		}
	}
	return n
}

// records returns the attempts' records in order, without those that the guard refused: nothing was tried,
// and what was refused is not to be written down.
func records(seen []attempt) []measurement.Record {
	last := -1
	for _, a := range seen {
		last = max(last, a.place)
	}
	// They are few, and a sort of its own for their type would be 12 kB of the program.
	var out []measurement.Record
	for place := range last + 1 {
		for _, a := range seen {
			if a.place == place && a.record.Failure != measurement.FailureGuarded {
				out = append(out, a.record)
			}
		}
	}
	return out
}
