package shield

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"
)

// Addresses are where the two protocols of an engine are served, each as host:port.
type Addresses struct{ Native, HTTP string }

// Shield accepts clients in an engine's stead.
type Shield struct {
	engine    Addresses
	transport *http.Transport
	web       *http.Server

	listener *net.TCPListener
	clients  sync.WaitGroup
	cancel   context.CancelFunc
}

// Listen accepts clients on public for the engine at the addresses engine, until Close. Clients that come
// before the engine answers are turned away.
func Listen(ctx context.Context, public, engine Addresses) (*Shield, error) {
	native, err := (&net.ListenConfig{}).Listen(ctx, "tcp", public.Native)
	if err != nil {
		return nil, fmt.Errorf("listen for native clients: %w", err)
	}
	web, err := (&net.ListenConfig{}).Listen(ctx, "tcp", public.HTTP)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listen for HTTP clients: %w", err), native.Close())
	}
	ctx, cancel := context.WithCancel(ctx)
	s := &Shield{
		engine:    engine,
		transport: newTransport(),
		listener:  native.(*net.TCPListener),
		cancel:    cancel,
	}
	// A page in this machine's browser can post to loopback: it must not speak to the engine.
	handler := loopbackOnly(http.NewCrossOriginProtection().Handler(s.proxy()))
	s.web = &http.Server{Handler: handler, ReadHeaderTimeout: helloTime}
	s.clients.Go(func() { _ = s.web.Serve(web) })
	s.clients.Go(func() { s.acceptNative(ctx) })
	return s, nil
}

// Close turns everybody away and returns when they are gone; queries that still run are canceled.
func (s *Shield) Close() error {
	s.cancel()
	err := errors.Join(s.listener.Close(), s.web.Close())
	s.clients.Wait()
	return err
}

func (s *Shield) acceptNative(ctx context.Context) {
	for {
		client, err := s.listener.AcceptTCP()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // out of file descriptors, for instance: clients that leave give some back
			time.Sleep(50 * time.Millisecond)
			continue
		}
		// What went wrong with one client is that client's to see; there is nobody else to tell.
		s.clients.Go(func() { _ = s.serveNative(ctx, client) })
	}
}

// newTransport makes a connection a request: one that is kept alive would see the engine wait for the next
// request, where the end of a client is deadly.
func newTransport() *http.Transport {
	return &http.Transport{
		DisableKeepAlives:  true,
		DisableCompression: true, // pass on what the client negotiated
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return dialOrderly(ctx, address)
		},
	}
}

func (s *Shield) proxy() *httputil.ReverseProxy {
	target := &url.URL{Scheme: "http", Host: s.engine.HTTP}
	return &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport:     s.transport,
		FlushInterval: -1, // a long answer is a stream
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, "the ClickHouse engine does not answer: "+err.Error(), http.StatusBadGateway)
		},
	}
}
