package servertest

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// DNS starts a DNS server over UDP on a loopback address and returns where it listens. It ends when the
// test does.
func DNS(t testing.TB, at string, answer dns.HandlerFunc) netip.AddrPort {
	t.Helper()
	conn, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", at)
	if err != nil {
		t.Fatal(err)
	}
	serveDNS(t, &dns.Server{PacketConn: conn, Handler: answer})
	return netip.MustParseAddrPort(conn.LocalAddr().String())
}

// DNSOver starts a DNS server over TCP on a loopback address, or over TLS if cfg is not nil, and returns
// where it listens. It ends when the test does.
func DNSOver(t testing.TB, at string, cfg *tls.Config, answer dns.HandlerFunc) netip.AddrPort {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	at = l.Addr().String()
	if cfg != nil {
		l = tls.NewListener(l, cfg)
	}
	serveDNS(t, &dns.Server{Listener: l, Handler: answer})
	return netip.MustParseAddrPort(at)
}

// DNSBoth starts a DNS server over UDP and TCP on one port of a loopback address, and returns where it
// listens. It ends when the test does.
func DNSBoth(t testing.TB, address string, answer dns.HandlerFunc) netip.AddrPort {
	t.Helper()
	for range 20 {
		conn, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", address+":0")
		if err != nil {
			t.Fatal(err)
		}
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", conn.LocalAddr().String())
		if err != nil {
			conn.Close() // somebody else has that port for TCP
			continue
		}
		serveDNS(t, &dns.Server{PacketConn: conn, Handler: answer})
		serveDNS(t, &dns.Server{Listener: l, Handler: answer})
		return netip.MustParseAddrPort(l.Addr().String())
	}
	t.Fatal("no port is free for both UDP and TCP")
	return netip.AddrPort{}
}

func serveDNS(t testing.TB, server *dns.Server) {
	t.Helper()
	started := make(chan struct{})
	server.NotifyStartedFunc = func() { close(started) }
	done := make(chan error, 1)
	go func() { done <- server.ActivateAndServe() }()
	<-started
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := server.ShutdownContext(ctx); err != nil {
			t.Errorf("stop DNS server: %v", err)
		}
		if err := <-done; err != nil {
			t.Errorf("DNS server: %v", err)
		}
	})
}

// ClosedUDP returns an address where nobody listens.
func ClosedUDP(t testing.TB, at string) netip.AddrPort {
	t.Helper()
	conn, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", at)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	return netip.MustParseAddrPort(conn.LocalAddr().String())
}

// Zone answers like a resolver that knows these names and their addresses. Names that are not in it do
// not exist.
func Zone(names map[string][]string) dns.HandlerFunc {
	return func(w dns.ResponseWriter, q *dns.Msg) {
		name := q.Question[0].Name
		addresses, exists := names[name[:len(name)-1]]
		if !exists {
			Rcode(dns.RcodeNameError)(w, q)
			return
		}
		_ = w.WriteMsg(Answer(q, addresses...))
	}
}

// Rcode answers with a response code and nothing else.
func Rcode(code int) dns.HandlerFunc {
	return func(w dns.ResponseWriter, q *dns.Msg) { _ = w.WriteMsg(new(dns.Msg).SetRcode(q, code)) }
}

// Answer returns an answer to q with those of the addresses that are of the family asked for.
func Answer(q *dns.Msg, addresses ...string) *dns.Msg {
	m := new(dns.Msg).SetReply(q)
	m.RecursionAvailable = true
	asked := q.Question[0]
	header := dns.RR_Header{Name: asked.Name, Rrtype: asked.Qtype, Class: dns.ClassINET, Ttl: 60}
	for _, text := range addresses {
		address := netip.MustParseAddr(text)
		switch {
		case asked.Qtype == dns.TypeA && address.Is4():
			m.Answer = append(m.Answer, &dns.A{Hdr: header, A: address.AsSlice()})
		case asked.Qtype == dns.TypeAAAA && address.Is6():
			m.Answer = append(m.Answer, &dns.AAAA{Hdr: header, AAAA: address.AsSlice()})
		}
	}
	return m
}
