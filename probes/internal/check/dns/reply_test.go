package dns

import (
	"testing"

	"github.com/miekg/dns"
)

// FuzzRead gives the reader of answers whatever a network may send.
func FuzzRead(f *testing.F) {
	question := new(dns.Msg).SetQuestion("www.example.org.", dns.TypeA)
	question.Id = 0x1234
	answer := new(dns.Msg).SetReply(question)
	answer.Answer = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: "www.example.org.", Rrtype: dns.TypeA, Class: dns.ClassINET}, A: []byte{8, 8, 8, 8}}}
	for _, m := range []*dns.Msg{question, answer, new(dns.Msg).SetRcode(question, dns.RcodeNameError)} {
		packed, err := m.Pack()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(packed)
		f.Add(packed[:len(packed)-3])
	}
	f.Fuzz(func(t *testing.T, packet []byte) {
		got, err := read(packet, question)
		if err != nil {
			return
		}
		for _, address := range got.addresses {
			if !address.IsValid() || address.Is4In6() {
				t.Fatalf("address %v", address)
			}
		}
		if name := rcodeName(got.rcode); len(name) == 0 || len(name) > 16 {
			t.Fatalf("response code %d is called %q", got.rcode, name)
		}
	})
}
