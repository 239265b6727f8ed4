package censor

import (
	"net/netip"
	"time"

	"github.com/miekg/dns"

	"github.com/lamplight-net/lamplight/probes/lab/internal/wire"
)

// Lie is what a censor answers for a resolver.
type Lie struct {
	Rcode     int
	Addresses []netip.Addr // of the family that is asked for
	// Silent drops the question and answers nothing.
	Silent bool
	// Race lets the question through as well, so that the true answer comes after the lie.
	Race bool
	// TCP lies over TCP too, by breaking the connection off: an answer there cannot be forged in one packet.
	TCP bool
}

// Name lies about a name, and those below it, whichever resolver is asked in the clear.
func Name(name string, lie Lie) Rule {
	return func(p *wire.Packet, outward bool) (wire.Fate, bool) {
		if !outward || p.To.Port() != 53 {
			return wire.Fate{}, false
		}
		question, ok := asked(p)
		if !ok || !below(question.Question[0].Name, dns.Fqdn(name)) {
			return wire.Fate{}, false
		}
		switch {
		case !p.UDP && lie.TCP:
			return wire.Fate{Drop: true, In: []*wire.Packet{p.Reset()}}, true
		case !p.UDP:
			return wire.Fate{}, false
		case lie.Silent:
			return dropped, true
		}
		answer, err := lie.answer(question).Pack()
		if err != nil {
			return wire.Fate{}, false
		}
		forged := p.Say(answer)
		if lie.Race {
			return wire.Fate{In: []*wire.Packet{forged}, Later: raceGap}, true
		}
		return wire.Fate{Drop: true, In: []*wire.Packet{forged}}, true
	}
}

// raceGap is by how much a lie comes before the truth.
const raceGap = 5 * time.Millisecond

// asked returns the question in a packet, over UDP or, behind its two bytes of length, TCP.
func asked(p *wire.Packet) (*dns.Msg, bool) {
	payload := p.Payload
	if !p.UDP {
		if len(payload) < 2 {
			return nil, false
		}
		payload = payload[2:]
	}
	m := new(dns.Msg)
	if m.Unpack(payload) != nil || m.Response || len(m.Question) != 1 {
		return nil, false
	}
	m.Question[0].Name = dns.CanonicalName(m.Question[0].Name)
	return m, true
}

func (l Lie) answer(question *dns.Msg) *dns.Msg {
	m := new(dns.Msg).SetRcode(question, l.Rcode)
	m.RecursionAvailable = true
	q := question.Question[0]
	for _, a := range l.Addresses {
		head := dns.RR_Header{Name: q.Name, Rrtype: q.Qtype, Class: dns.ClassINET, Ttl: 60}
		switch {
		case q.Qtype == dns.TypeA && a.Is4():
			m.Answer = append(m.Answer, &dns.A{Hdr: head, A: a.AsSlice()})
		case q.Qtype == dns.TypeAAAA && a.Is6():
			m.Answer = append(m.Answer, &dns.AAAA{Hdr: head, AAAA: a.AsSlice()})
		}
	}
	return m
}
