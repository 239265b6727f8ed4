package scene

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/netip"

	"github.com/miekg/dns"
)

// resolve starts the provider's resolver, in the clear, and the public one, which takes DNS over TLS and over HTTPS
// too.
func (n *internet) resolve(ctx context.Context) error {
	clear := map[netip.Addr]string{resolverISP: "isp", resolverPublic: "public"}
	for _, a := range n.scene.Public {
		clear[a] = "public"
	}
	for a, name := range clear {
		handler := dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
			if answer := n.answer(name, q); answer != nil {
				_ = w.WriteMsg(answer)
			}
		})
		packets, err := n.packets(ctx, netip.AddrPortFrom(a, 53))
		if err != nil {
			return err
		}
		n.names(&dns.Server{PacketConn: packets, Handler: handler})
		plain, err := n.listen(ctx, netip.AddrPortFrom(a, 53))
		if err != nil {
			return err
		}
		n.names(&dns.Server{Listener: plain, Handler: handler})
	}
	certificate, err := n.certs.issue(publicName, "good")
	if err != nil {
		return err
	}
	config := &tls.Config{Certificates: []tls.Certificate{*certificate}, NextProtos: []string{"h2", "http/1.1"}}
	over, err := n.listen(ctx, netip.AddrPortFrom(resolverPublic, 853))
	if err != nil {
		return err
	}
	n.names(&dns.Server{Listener: tls.NewListener(over, config), Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		if answer := n.answer("public", q); answer != nil {
			_ = w.WriteMsg(answer)
		}
	})})
	web, err := n.listen(ctx, netip.AddrPortFrom(resolverPublic, 443))
	if err != nil {
		return err
	}
	n.web(http.HandlerFunc(n.doh), tls.NewListener(web, config))
	return nil
}

func (n *internet) names(server *dns.Server) {
	n.closers = append(n.closers, shutter{server})
	started := make(chan struct{})
	server.NotifyStartedFunc = func() { close(started) }
	n.running.Go(func() { _ = server.ActivateAndServe() }) // it ends when it is shut down
	<-started
}

type shutter struct{ *dns.Server }

// Close implements io.Closer.
func (s shutter) Close() error { return s.Shutdown() }

func (n *internet) packets(ctx context.Context, at netip.AddrPort) (c net.PacketConn, err error) {
	err = n.space.Do(func() (err error) {
		c, err = (&net.ListenConfig{}).ListenPacket(ctx, "udp", at.String())
		return err
	})
	return c, err
}

// answer returns what a resolver says; nil for nothing.
func (n *internet) answer(resolver string, q *dns.Msg) *dns.Msg {
	m := new(dns.Msg).SetReply(q)
	m.RecursionAvailable = true
	name := dns.CanonicalName(q.Question[0].Name)
	for _, a := range n.scene.Answers {
		if dns.Fqdn(a.Name) != name || a.Resolver != "" && a.Resolver != resolver {
			continue
		}
		if a.Silent {
			return nil
		}
		m.Rcode = a.Rcode
		add(m, a.Addresses)
		return m
	}
	for _, s := range n.scene.Sites {
		if dns.Fqdn(s.Name) == name {
			add(m, s.Addresses)
			return m
		}
	}
	if name == dns.Fqdn(publicName) {
		add(m, []netip.Addr{resolverPublic})
		return m
	}
	m.Rcode = dns.RcodeNameError
	return m
}

func add(m *dns.Msg, addresses []netip.Addr) {
	q := m.Question[0]
	head := dns.RR_Header{Name: q.Name, Rrtype: q.Qtype, Class: dns.ClassINET, Ttl: 60}
	for _, a := range addresses {
		switch {
		case q.Qtype == dns.TypeA && a.Is4():
			m.Answer = append(m.Answer, &dns.A{Hdr: head, A: a.AsSlice()})
		case q.Qtype == dns.TypeAAAA && a.Is6():
			m.Answer = append(m.Answer, &dns.AAAA{Hdr: head, AAAA: a.AsSlice()})
		}
	}
}

// doh answers as RFC 8484 says.
func (n *internet) doh(w http.ResponseWriter, r *http.Request) {
	packed, err := io.ReadAll(io.LimitReader(r.Body, dns.MaxMsgSize))
	if r.Method == http.MethodGet {
		packed, err = base64.RawURLEncoding.DecodeString(r.URL.Query().Get("dns"))
	}
	q := new(dns.Msg)
	if err != nil || q.Unpack(packed) != nil || len(q.Question) != 1 {
		http.Error(w, "not a question", http.StatusBadRequest)
		return
	}
	answer := n.answer("public", q)
	if answer == nil {
		<-r.Context().Done()
		return
	}
	out, err := answer.Pack()
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/dns-message")
	_, _ = w.Write(out)
}
