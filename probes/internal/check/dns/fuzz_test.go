package dns

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/miekg/dns"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const target = "www.example.org."

// questioned is a question whose number the seeds know.
func questioned(qtype uint16) *dns.Msg {
	q := ask(target, qtype)
	q.Id = 0x1234
	return q
}

// seeds are an answer with these records, packed, and what breaks off in it.
func seeds(t testing.TB, qtype uint16, texts ...string) [][]byte {
	t.Helper()
	m := new(dns.Msg).SetReply(questioned(qtype))
	for _, text := range texts {
		rr, err := dns.NewRR(text)
		if err != nil {
			t.Fatal(err)
		}
		m.Answer = append(m.Answer, rr)
	}
	packed, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return [][]byte{packed, packed[:len(packed)-3]}
}

// FuzzRead gives the reader of answers whatever a network may send.
func FuzzRead(f *testing.F) {
	for _, packets := range [][][]byte{
		seeds(f, dns.TypeA), seeds(f, dns.TypeA, target+" A 8.8.8.8", target+" A 10.0.0.1"),
		seeds(f, dns.TypeA, target+" CNAME b.example.", "b.example. CNAME "+target),
		seeds(f, dns.TypeAAAA, target+" AAAA 2606:4700::1111", target+" AAAA ::ffff:8.8.8.8"),
		{pack(f, questioned(dns.TypeA)), pack(f, new(dns.Msg).SetRcode(questioned(dns.TypeA), dns.RcodeNameError))},
	} {
		for _, packet := range packets {
			f.Add(packet)
		}
	}
	f.Fuzz(func(t *testing.T, packet []byte) {
		for _, qtype := range []uint16{dns.TypeA, dns.TypeAAAA} {
			if got, flaw := read(packet, questioned(qtype)); flaw == "" {
				hold(t, got)
			}
		}
	})
}

// TestLongest takes a message of the greatest length, and none that is longer.
func TestLongest(t *testing.T) {
	m := new(dns.Msg).SetReply(questioned(dns.TypeA))
	m.Compress = true
	for range (maxMessage - len(pack(t, m))) / 16 {
		m.Answer = append(m.Answer, &dns.A{Hdr: dns.RR_Header{Name: target, Rrtype: dns.TypeA, Class: dns.ClassINET}, A: []byte{8, 8, 8, 8}})
	}
	if _, flaw := read(pack(t, m), questioned(dns.TypeA)); flaw != "" {
		t.Errorf("%d bytes are %s", len(pack(t, m)), flaw)
	}
	m.Answer = append(m.Answer, m.Answer[0])
	if _, flaw := read(pack(t, m), questioned(dns.TypeA)); flaw != measurement.FlawMalformed {
		t.Errorf("%d bytes have the flaw %q", len(pack(t, m)), flaw)
	}
}

// FuzzHTTPS gives it HTTPS records.
func FuzzHTTPS(f *testing.F) {
	for _, text := range []string{
		target + ` HTTPS 1 . alpn="h3,h2" ech="AEX+DQ==" ipv4hint=8.8.8.8`, target + " HTTPS 0 b.example.",
		target + ` HTTPS 2 . alpn="http/1.1,203.0.113.7,h3-29" no-default-alpn port=8443 key65333="x"`, target + " A 8.8.8.8",
	} {
		for _, packet := range seeds(f, dns.TypeHTTPS, text) {
			f.Add(packet)
		}
	}
	f.Fuzz(func(t *testing.T, packet []byte) {
		got, flaw := read(packet, questioned(dns.TypeHTTPS))
		if flaw != "" {
			return
		}
		hold(t, got)
		for _, protocol := range got.alpn {
			if !httpVersion(protocol) {
				t.Fatalf("protocol %q", protocol)
			}
		}
	})
}

// FuzzWhoami gives it TXT records, which may hold any text: nothing but a number gets through.
func FuzzWhoami(f *testing.F) {
	for _, text := range []string{"AS64500", "AS4294967295", "203.0.113.7", "AS1 AS2", "as1", `\255\000`} {
		for _, packet := range seeds(f, dns.TypeTXT, target+` TXT "`+text+`"`) {
			f.Add(packet)
		}
	}
	for _, packet := range seeds(f, dns.TypeTXT, target+" TXT AS1", target+" TXT AS2") {
		f.Add(packet)
	}
	f.Fuzz(func(t *testing.T, packet []byte) {
		if got, flaw := read(packet, questioned(dns.TypeTXT)); flaw == "" {
			hold(t, got)
		}
	})
}

// FuzzDoH gives it responses over HTTPS.
func FuzzDoH(f *testing.F) {
	for _, packet := range seeds(f, dns.TypeA, target+" A 8.8.8.8") {
		f.Add(200, dnsMessage, packet)
		f.Add(200, dnsMessage+"; charset=utf-8", packet)
		f.Add(503, dnsMessage, packet)
	}
	f.Add(200, "text/html", []byte("<title>welcome</title>"))
	f.Add(200, ";;", []byte(nil))
	f.Fuzz(func(t *testing.T, status int, kind string, body []byte) {
		response := &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(bytes.NewReader(body))}
		got, flaw, err := readDoH(response, questioned(dns.TypeA))
		if err == nil && flaw == "" {
			if status != 200 || len(body) > maxMessage {
				t.Fatalf("status %d and %d bytes are an answer", status, len(body))
			}
			hold(t, got)
		}
	})
}

func pack(t testing.TB, m *dns.Msg) []byte {
	t.Helper()
	packed, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

// hold checks that what was read may be written into a record, whatever was sent.
func hold(t *testing.T, got reply) {
	t.Helper()
	for _, address := range got.addresses {
		if !address.IsValid() || address.Is4In6() {
			t.Fatalf("address %v", address)
		}
	}
	seen := sighting{first: got, other: &got}
	r := check.Look{Class: measurement.ClassForeign}.Record(&check.Vantage{Clock: clock.System{}}, measurement.KindDNS, "www.example.org")
	r.DNS = &measurement.DNS{Resolver: measurement.ResolverPublic, Transport: measurement.TransportUDP, Query: "A"}
	seen.fill(&check.Vantage{Guard: guard.New()}, &r)
	if err := r.Validate(); err != nil {
		t.Fatalf("%v: %+v", err, r.DNS)
	}
	for _, name := range got.cnames {
		if spellsAddress(name) {
			t.Fatalf("alias %q may hold an address", name)
		}
	}
	if got.contradicts(got) {
		t.Fatal("an answer contradicts itself")
	}
	if got.asn != 0 && !publicASN(got.asn) {
		t.Fatalf("AS%d is none on the internet", got.asn)
	}
}
