package dns

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"github.com/lamplight-net/lamplight/probes/internal/failure"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// maxMessage bounds a DNS message, in bytes: honest answers to what we ask stay under 4 KiB.
const maxMessage = 8 << 10

// reply is what we take from a DNS message: enumerated and numeric facts, and names of hosts.
type reply struct {
	rcode     int
	truncated bool
	lame      bool // a referral where an answer was asked for
	fits      bool // a record of the type that was asked for is in it
	addresses []netip.Addr
	cnames    []string
	alpn      []string
	ech       bool
	asn       uint32 // of a whoami name; zero if it says none
}

// read takes an answer to question from a packet. It returns a flaw for a packet that is none, which
// anybody can send: then the true answer may still be under way.
func read(packet []byte, question *dns.Msg) (reply, measurement.Flaw) {
	var m dns.Msg
	if len(packet) > maxMessage || m.Unpack(packet) != nil || !m.Response {
		return reply{}, measurement.FlawMalformed
	}
	if m.Id != question.Id {
		return reply{}, measurement.FlawWrongID
	}
	asked := question.Question[0]
	// Refusals may leave the question out (RFC 9619 allows a QDCOUNT of zero).
	if len(m.Question) > 0 {
		q := m.Question[0]
		if q.Qtype != asked.Qtype || q.Qclass != asked.Qclass || !strings.EqualFold(q.Name, asked.Name) {
			return reply{}, measurement.FlawWrongQuestion
		}
	}
	out := reply{rcode: m.Rcode, truncated: m.Truncated, lame: lame(&m), cnames: chain(m.Answer, asked.Name)}
	for _, rr := range m.Answer {
		out.fits = out.fits || rr.Header().Rrtype == asked.Qtype
		var address netip.Addr
		switch rr := rr.(type) {
		case *dns.A:
			address, _ = netip.AddrFromSlice(rr.A)
		case *dns.AAAA:
			address, _ = netip.AddrFromSlice(rr.AAAA)
		}
		if address = address.Unmap(); !address.IsValid() {
			continue
		}
		out.addresses = insert(out.addresses, address)
	}
	out.alpn, out.ech = offers(m.Answer)
	out.asn = whoAnswered(m.Answer)
	return out, ""
}

// lame reports whether m sends us elsewhere instead of answering: it names servers and says nothing of the
// name (RFC 2308, section 2.2, figure REFERRAL RESPONSE), or comes from one that neither knows nor asks.
func lame(m *dns.Msg) bool {
	if m.Rcode != dns.RcodeSuccess || len(m.Answer) > 0 || m.Truncated {
		return false
	}
	names := func(t uint16) bool {
		return slices.ContainsFunc(m.Ns, func(rr dns.RR) bool { return rr.Header().Rrtype == t })
	}
	if names(dns.TypeSOA) {
		return false
	}
	return names(dns.TypeNS) || !m.Authoritative && !m.RecursionAvailable
}

// flaw is what is wrong with an answer to our question.
func (r reply) flaw() measurement.Flaw {
	switch {
	case len(r.addresses) > 0 && !r.fits:
		// Some injectors answer every question with an IPv4 address, also one for AAAA or HTTPS.
		return measurement.FlawWrongQuestion
	case r.truncated && !r.fits:
		return measurement.FlawTruncated
	case r.lame || r.rcode == dns.RcodeRefused:
		return measurement.FlawLame
	}
	return ""
}

func (r reply) failure() measurement.Failure {
	if word := failure.OfRcode(r.rcode); word != "" {
		return word
	}
	return failure.OfFlaw(r.flaw())
}

// contradicts reports whether two answers to one question cannot both be a resolver's.
//
// The network may double our question or an answer to it. A doubled answer is the same message twice. To a
// doubled question a resolver answers twice from what it knows: other times to live, another order of the
// addresses, other keys in an HTTPS record, or the request to ask over TCP by a server that limits its
// rate. None of that is a contradiction: compared are the response code, the addresses as sets, the
// protocols as sets, and whether there is a key. What remains is a resolver of several machines that do
// not share what they know, of a name whose addresses rotate, whose question the network doubled: that
// looks like an injection, and only the networks of the addresses, which are in the record, can say
// that it is none.
func (r reply) contradicts(other reply) bool {
	if r.rcode != other.rcode {
		return true
	}
	if r.truncated || other.truncated {
		return false // neither says that it is all there is
	}
	return !slices.Equal(r.addresses, other.addresses) || r.ech != other.ech ||
		!slices.Equal(slices.Sorted(slices.Values(r.alpn)), slices.Sorted(slices.Values(other.alpn)))
}

func rcodeName(rcode int) string {
	if name, ok := dns.RcodeToString[rcode]; ok {
		return name
	}
	return fmt.Sprintf("RCODE%d", rcode)
}

// insert puts an address in its place among those that are in order, once. A sort of its own for their type would be 12 kB of
// the program, and what package slices has for it 2 kB.
func insert(addresses []netip.Addr, address netip.Addr) []netip.Addr {
	at := 0
	for at < len(addresses) && addresses[at].Less(address) {
		at++
	}
	if at < len(addresses) && addresses[at] == address {
		return addresses
	}
	addresses = append(addresses, address)
	copy(addresses[at+1:], addresses[at:])
	addresses[at] = address
	return addresses
}
