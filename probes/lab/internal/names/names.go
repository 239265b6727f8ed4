// Package names is the lab's name service: resolvers that answer over UDP from the lab's own names, and
// lie about a name when told to.
//
// It forwards nothing, caches nothing and knows no name outside the lab: a question about any other is
// answered NXDOMAIN, so no query ever leaves the machine.
package names

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"

	"github.com/miekg/dns"
)

// ttl is short enough that nobody remembers the truth when the lie begins, seconds.
const ttl = 1

// bogon is what a lying resolver points a name at: the address that Iran's filter answered with for years
// (Aryan, Aryan and Halderman, "Internet Censorship in Iran", FOCI 2013).
var bogon = netip.MustParseAddr("10.10.34.34")

// Lie is how a resolver misleads about a name.
type Lie string

// The lies.
const (
	LieNXDOMAIN Lie = "nxdomain" // there is no such name
	LieBogon    Lie = "bogon"    // it is at a private address
)

// Lies lists every lie.
func Lies() []Lie { return []Lie{LieNXDOMAIN, LieBogon} }

// Zone holds IPv4 addresses by host name, in lower case without a final dot.
type Zone map[string]netip.Addr

// Resolver answers from one zone. It is safe for concurrent use.
type Resolver struct {
	zone Zone
	lies atomic.Pointer[map[string]Lie]
}

// NewResolver returns a resolver that tells the truth. The zone must not change afterwards.
func NewResolver(zone Zone) *Resolver {
	r := &Resolver{zone: zone}
	r.Lie(nil)
	return r
}

// Lie makes the resolver lie about exactly these names from now on.
func (r *Resolver) Lie(about map[string]Lie) { r.lies.Store(&about) }

// Serve answers on pc until ctx ends, and closes it.
func (r *Resolver) Serve(ctx context.Context, pc net.PacketConn) error {
	server := &dns.Server{PacketConn: pc, Handler: dns.HandlerFunc(r.answer)}
	// Shutdown fails on a server that has not started yet, so closing the socket is what ends it.
	stop := context.AfterFunc(ctx, func() { _ = pc.Close() })
	defer stop()
	err := server.ActivateAndServe()
	if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return fmt.Errorf("serve names on %s: %w", pc.LocalAddr(), err)
}

func (r *Resolver) answer(w dns.ResponseWriter, question *dns.Msg) {
	_ = w.WriteMsg(r.reply(question)) // whoever asked waits in vain, as after any lost packet
}

// reply decides the answer to a question.
func (r *Resolver) reply(question *dns.Msg) *dns.Msg {
	reply := new(dns.Msg).SetReply(question)
	reply.RecursionAvailable = true
	if len(question.Question) != 1 {
		return reply.SetRcode(question, dns.RcodeFormatError)
	}
	q := question.Question[0]
	name := strings.ToLower(strings.TrimSuffix(q.Name, "."))
	address, exists := r.zone[name]
	switch (*r.lies.Load())[name] {
	case LieNXDOMAIN:
		exists = false
	case LieBogon:
		address = bogon
	}
	if !exists {
		reply.Rcode = dns.RcodeNameError
		return reply
	}
	if q.Qtype == dns.TypeA && q.Qclass == dns.ClassINET {
		header := dns.RR_Header{Name: q.Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: ttl}
		reply.Answer = []dns.RR{&dns.A{Hdr: header, A: address.AsSlice()}}
	}
	return reply
}
