package dns

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// reply is what we take from a DNS message: nothing but enumerated and numeric facts.
type reply struct {
	rcode     int
	truncated bool
	addresses []netip.Addr // sorted
}

// read takes an answer to question from a packet. It returns errWrongID for a packet that answers
// something else or is no DNS answer at all, which anybody can send, and another error for an answer to
// our question that cannot be read.
func read(packet []byte, question *dns.Msg) (reply, error) {
	var header dns.Msg
	if len(packet) < 12 || uint16(packet[0])<<8|uint16(packet[1]) != question.Id || packet[2]&0x80 == 0 {
		return reply{}, errWrongID
	}
	if err := header.Unpack(packet); err != nil {
		return reply{}, fmt.Errorf("unpack answer: %w", err)
	}
	asked := question.Question[0]
	// Refusals may leave the question out (RFC 9619 allows a QDCOUNT of zero).
	if len(header.Question) > 0 {
		q := header.Question[0]
		if q.Qtype != asked.Qtype || q.Qclass != asked.Qclass || !strings.EqualFold(q.Name, asked.Name) {
			return reply{}, errWrongID
		}
	}
	out := reply{rcode: header.Rcode, truncated: header.Truncated}
	for _, rr := range header.Answer {
		var address netip.Addr
		switch rr := rr.(type) {
		case *dns.A:
			address, _ = netip.AddrFromSlice(rr.A)
		case *dns.AAAA:
			address, _ = netip.AddrFromSlice(rr.AAAA)
		}
		if address.IsValid() {
			out.addresses = append(out.addresses, address.Unmap())
		}
	}
	slices.SortFunc(out.addresses, netip.Addr.Compare)
	return out, nil
}

func rcodeName(rcode int) string {
	if name, ok := dns.RcodeToString[rcode]; ok {
		return name
	}
	return fmt.Sprintf("RCODE%d", rcode)
}
