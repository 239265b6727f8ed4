package upload

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"time"
)

const (
	// DefaultExchange bounds one exchange with the gateway: a full batch over a slow mobile line.
	DefaultExchange = 60 * time.Second
	// idleTimeout lets the exchanges of one delivery share a handshake.
	idleTimeout = 10 * time.Second
	// maxAnswerBytes bounds what is read of any answer but a list.
	maxAnswerBytes = 4 << 10
	// maxHeaderBytes leaves room for what proxies in front of a gateway add.
	maxHeaderBytes = 16 << 10
)

// Client talks to one gateway, by whatever way works.
type Client struct {
	cfg   Config
	names []string       // of ways, as they are preferred
	ways  map[string]way // by name
	past  *ways
	now   func() time.Time
}

// way is an address of the gateway and how to get there.
type way struct {
	base *url.URL
	http *http.Client
	// undated believes a certificate whatever the date.
	undated *http.Client
}

// NewClient returns a client. It fails on settings that cannot work.
func NewClient(cfg Config) (*Client, error) {
	if len(cfg.Gateways) == 0 || len(cfg.Gateways) > MaxGateways {
		return nil, fmt.Errorf("%d gateways are given: 1 to %d are needed", len(cfg.Gateways), MaxGateways)
	}
	c := &Client{cfg: cfg, ways: map[string]way{}, past: &ways{}, now: time.Now}
	direct := dialer(cfg.Guard.DialGateway)
	if cfg.Proxy != "" {
		proxy, err := parseProxy(cfg.Proxy)
		if err != nil {
			return nil, err
		}
		direct = throughSOCKS(proxy, direct)
	}
	for _, server := range cfg.DoH {
		if err := checkDoH(server); err != nil {
			return nil, err
		}
	}
	var later []string // ways that cost more
	for _, gateway := range cfg.Gateways {
		base, err := parseGateway(gateway)
		if err != nil {
			return nil, err
		}
		name := base.String()
		c.names = append(c.names, name)
		c.ways[name] = c.way(base, direct)
		if _, err := netip.ParseAddr(base.Hostname()); err != nil && cfg.Proxy == "" && len(cfg.DoH) > 0 {
			later = append(later, name+" by DNS over HTTPS")
			c.ways[later[len(later)-1]] = c.way(base, byDoH(cfg.DoH, cfg.Roots, direct))
		}
	}
	c.names = append(c.names, later...)
	return c, nil
}

func (c *Client) way(base *url.URL, dial dialer) way {
	build := func(trust *tls.Config) *http.Client {
		return &http.Client{
			Timeout:       c.cfg.Exchange,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{
				DialContext: dial, TLSClientConfig: trust, IdleConnTimeout: idleTimeout,
				MaxResponseHeaderBytes: maxHeaderBytes, TLSHandshakeTimeout: c.cfg.Exchange / 2,
			},
		}
	}
	return way{base: base, http: build(&tls.Config{RootCAs: c.cfg.Roots}), undated: build(undated(base.Hostname(), c.cfg.Roots))}
}

// undated verifies a certificate in all but its dates.
func undated(host string, roots *x509.CertPool) *tls.Config {
	return &tls.Config{ServerName: host, InsecureSkipVerify: true, VerifyConnection: func(state tls.ConnectionState) error {
		leaf := state.PeerCertificates[0]
		options := x509.VerifyOptions{
			Roots: roots, DNSName: host, Intermediates: x509.NewCertPool(),
			CurrentTime: leaf.NotBefore.Add(leaf.NotAfter.Sub(leaf.NotBefore) / 2),
		}
		for _, certificate := range state.PeerCertificates[1:] {
			options.Intermediates.AddCert(certificate)
		}
		_, err := leaf.Verify(options)
		return err
	}}
}

// Relayed reports whether the gateway sees another's address in place of this machine's.
func (c *Client) Relayed() bool { return c.cfg.Proxy != "" }

// Remember takes up what an earlier run learned, from the state folder.
func (c *Client) Remember(state *os.Root) { c.past = readWays(state, c.names) }

// Keep writes what was learned to the state folder.
func (c *Client) Keep(state *os.Root) error { return c.past.write(state) }

// Close closes connections that are kept for a next exchange.
func (c *Client) Close() {
	for _, w := range c.ways {
		w.http.CloseIdleConnections()
		w.undated.CloseIdleConnections()
	}
}

// reply is what came back, read up to a cap.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// try goes every way, those with the best chance first, until judge is content with a reply or says that no other
// way will do better. It returns judge's last error, or the last way's. Of a reply at most one byte more than most is
// read, so that judge sees whether it was longer.
func (c *Client) try(ctx context.Context, most int64, ask func(way) (*http.Request, *http.Client, error), judge func(reply) error) error {
	var last error
	for _, name := range c.past.order(c.cfg.Class, c.names, c.now()) {
		got, err := c.ask(c.ways[name], most, ask)
		if err == nil {
			err = judge(got)
		}
		if errors.Is(ctx.Err(), context.Canceled) {
			return ctx.Err() // broken off by us: that says nothing of the way
		}
		final, isFinal := errors.AsType[*finalError](err)
		c.past.learn(c.cfg.Class, name, err == nil || isFinal && final.verified, c.now())
		if err == nil {
			return nil
		}
		if isFinal {
			return final.err
		}
		if ctx.Err() != nil {
			return ctx.Err() // this way took all the time there was: another comes first next time
		}
		last = err
	}
	return last
}

// finalError is a judgment that no other way changes. It is verified when the gateway surely said it.
type finalError struct {
	err      error
	verified bool
}

// Error implements error.
func (e *finalError) Error() string { return e.err.Error() }

func (c *Client) ask(w way, most int64, ask func(way) (*http.Request, *http.Client, error)) (reply, error) {
	request, client, err := ask(w)
	if err != nil {
		return reply{}, err
	}
	if c.Relayed() {
		request.Header.Set("Lamplight-Relayed", "1")
	}
	response, err := client.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, most+1))
	if err != nil {
		return reply{}, err
	}
	return reply{response.StatusCode, response.Header, body}, nil
}
