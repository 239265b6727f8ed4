package scene

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/probes/lab/internal/netns"
	"github.com/lamplight-net/lamplight/probes/lab/internal/wire"
)

// internet is everything beyond the volunteer's line.
type internet struct {
	scene *Scene
	space *netns.Namespace
	line  *wire.Line
	certs *certificates

	cancel  context.CancelFunc
	running sync.WaitGroup
	closers []io.Closer
}

const device = "line"

// build makes the home of the calling process's namespace, and the internet of a scene.
func build(ctx context.Context, s *Scene) (net *internet, err error) {
	ctx, cancel := context.WithCancel(ctx)
	n := &internet{scene: s, cancel: cancel}
	defer func() {
		if err != nil {
			err = errors.Join(err, n.Close())
		}
	}()
	if n.certs, err = newCertificates(); err != nil {
		return n, err
	}
	home, err := netns.Current()
	if err != nil {
		return n, err
	}
	n.closers = append(n.closers, home)
	if n.space, err = netns.New(); err != nil {
		return n, err
	}
	n.closers = append(n.closers, n.space)
	inner, err := home.Link(device)
	if err != nil {
		return n, err
	}
	n.closers = append(n.closers, inner)
	outer, err := n.space.Link(device)
	if err != nil {
		return n, err
	}
	n.closers = append(n.closers, outer)
	if err := n.plug(home); err != nil {
		return n, err
	}
	n.line = &wire.Line{Inner: inner, Outer: outer, Delay: s.Delay}
	n.running.Go(func() { _ = n.line.Run(ctx) }) // it ends when its links are closed
	return n, n.serve(ctx)
}

// plug gives the two ends of the line their addresses and routes.
func (n *internet) plug(home *netns.Namespace) error {
	source := homeFixed
	if n.scene.Network == "mobile" {
		source = homeMobile
	}
	commands := []string{
		"link set lo up", "addr add " + source.String() + "/32 dev " + device, "route add default dev " + device + " src " + source.String(),
	}
	if !n.scene.NoIPv6 {
		commands = append(commands, "-6 addr add "+homeSix.String()+"/128 dev "+device+" nodad", "-6 route add default dev "+device)
	}
	if n.scene.Offline {
		commands = []string{"link set lo up", "link set " + device + " down"}
	}
	if err := home.Do(func() error { return all(commands) }); err != nil {
		return err
	}
	commands = []string{"route add default dev " + device, "-6 route add default dev " + device}
	for _, a := range n.addresses() {
		bits := "/32"
		if a.Is6() {
			bits = "/128 nodad"
		}
		address, flags, _ := strings.Cut(a.String()+bits, " ")
		commands = append(commands, "addr add "+address+" dev lo "+flags)
	}
	return n.space.Do(func() error { return all(commands) })
}

func all(commands []string) error {
	for _, c := range commands {
		if err := netns.IP(c); err != nil {
			return err
		}
	}
	return nil
}

// addresses are those of the resolvers and of every site that is there, each once.
func (n *internet) addresses() []netip.Addr {
	out := append([]netip.Addr{resolverISP, resolverPublic}, n.scene.Public...)
	seen := make(map[netip.Addr]bool)
	for _, a := range out {
		seen[a] = true
	}
	for _, s := range n.scene.Sites {
		for _, a := range s.Addresses {
			if !seen[a] && !s.Silent {
				seen[a] = true
				out = append(out, a)
			}
		}
	}
	return out
}

// serve starts the resolvers and the sites.
func (n *internet) serve(ctx context.Context) error {
	if err := n.resolve(ctx); err != nil {
		return err
	}
	byAddress := make(map[netip.Addr][]*Site)
	for i := range n.scene.Sites {
		s := &n.scene.Sites[i]
		if s.Down || s.Silent {
			continue
		}
		for _, a := range s.Addresses {
			byAddress[a] = append(byAddress[a], s)
		}
	}
	for a, sites := range byAddress {
		if err := n.host(ctx, a, sites); err != nil {
			return err
		}
	}
	return nil
}

// host serves the sites of one address: plain on port 80, over TLS on port 443 by the name that is asked for.
func (n *internet) host(ctx context.Context, a netip.Addr, sites []*Site) error {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { show(w, r, sites) })
	plain, err := n.listen(ctx, netip.AddrPortFrom(a, 80))
	if err != nil {
		return err
	}
	n.web(handler, plain)
	config := &tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		return n.certs.of(siteOf(sites, hello.ServerName), hello.ServerName)
	}}
	for _, s := range sites {
		if s.Plain {
			return nil
		}
	}
	encrypted, err := n.listen(ctx, netip.AddrPortFrom(a, 443))
	if err != nil {
		return err
	}
	n.web(handler, tls.NewListener(encrypted, config))
	if slices.ContainsFunc(sites, func(s *Site) bool { return s.HTTP3 }) {
		return n.quic(ctx, netip.AddrPortFrom(a, 443), config)
	}
	return nil
}

func (n *internet) web(handler http.Handler, l net.Listener) {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	n.closers = append(n.closers, server)
	n.running.Go(func() { _ = server.Serve(l) }) // it ends when the server is closed
}

func (n *internet) listen(ctx context.Context, at netip.AddrPort) (l net.Listener, err error) {
	err = n.space.Do(func() (err error) {
		l, err = (&net.ListenConfig{}).Listen(ctx, "tcp", at.String())
		return err
	})
	return l, err
}

// siteOf returns the site that a name asks for, the first where none is that.
func siteOf(sites []*Site, name string) *Site {
	for _, s := range sites {
		if s.Name == name {
			return s
		}
	}
	return sites[0]
}

func show(w http.ResponseWriter, r *http.Request, sites []*Site) {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	s := siteOf(sites, host)
	if s.Redirect != "" && s.Redirect != "http://"+host+r.URL.Path && s.Redirect != "https://"+host+r.URL.Path {
		http.Redirect(w, r, s.Redirect, http.StatusFound)
		return
	}
	if s.HTTP3 {
		w.Header().Set("Alt-Svc", `h3=":443"; ma=86400`)
	}
	page := s.Page
	if page == "" {
		page = "<html><head><title>" + s.Title + "</title></head><body>" + strings.Repeat("All the news of the day. ", 1+s.Bytes/25) + "</body></html>"
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(s.Status)
	for text := page; text != ""; {
		size := len(text)
		if s.Rate > 0 {
			size = min(size, max(1, s.Rate/10))
		}
		if _, err := io.WriteString(w, text[:size]); err != nil {
			return
		}
		if text = text[size:]; text != "" {
			if f, ok := w.(http.Flusher); ok {
				f.Flush()
			}
			time.Sleep(100 * time.Millisecond)
		}
	}
}

// Roots are the authorities that the scene's volunteer believes.
func (n *internet) Roots() *x509.CertPool { return n.certs.roots() }

// Close ends everything.
func (n *internet) Close() error {
	n.cancel()
	var errs []error
	for i := len(n.closers) - 1; i >= 0; i-- {
		if err := n.closers[i].Close(); err != nil && !errors.Is(err, os.ErrClosed) && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, fmt.Errorf("close: %w", err))
		}
	}
	n.running.Wait()
	return errors.Join(errs...)
}
