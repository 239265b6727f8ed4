// Package statuspage shows a volunteer, and nobody else, how the probe on their machine is.
//
// It listens on loopback, where every program and every web page on the machine can knock. So it answers only to
// who can read the token of this run in the state folder: a command brings it each time, in a header, and can have an
// address that opens the page for some minutes, which a browser trades for a cookie. It answers only under its own names, so that no foreign name that was pointed at loopback (DNS
// rebinding) is served, and takes no order from a form that it did not write. It loads nothing from anywhere, and
// needs no script.
package statuspage

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/report"
)

// Probe is what the page shows, and what it can do. All of it may be called at any time.
type Probe struct {
	Report func() report.Report
	// Pause silences the probe until a time; one that has passed ends a pause.
	Pause  func(until time.Time) error
	Reload func()
	Stop   func()
	Now    func() time.Time
}

// Page is the status page of one run of a probe.
type Page struct {
	probe   Probe
	host    map[string]bool // what it may be called
	token   string          // proves a command
	pass    pass            // opens the page
	session string          // the cookie's value
	form    string          // proves that a form is ours
	path    string          // the cookie's path
}

// New returns the page that will be served on an address of loopback, with secrets that end with the run.
func New(probe Probe, address net.Addr) (*Page, error) {
	at, err := netip.ParseAddrPort(address.String())
	if err != nil || !at.Addr().IsLoopback() {
		return nil, errors.New("the status page listens on an address of this machine alone, such as 127.0.0.1:0")
	}
	return &Page{
		probe: probe, token: rand.Text(), session: rand.Text(), form: rand.Text(),
		// Browsers send a cookie to every port of a host. A path that nobody can guess keeps it from the others.
		path: "/" + rand.Text() + "/",
		host: map[string]bool{at.String(): true, fmt.Sprintf("localhost:%d", at.Port()): true},
	}, nil
}

// Token is what a command must know.
func (p *Page) Token() string { return p.token }

// Listen listens for a page on an IPv4 address of loopback; port 0 is any.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !at.Addr().Is4() || !at.Addr().IsLoopback() {
		return nil, fmt.Errorf("%q is not an address of this machine alone: give one such as 127.0.0.1:0, where 0 is any free port", address)
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp4", address)
	if err != nil {
		return nil, fmt.Errorf("port %d of %s is taken, or not to be had: give another one, or 0 for any", at.Port(), at.Addr())
	}
	return listener, nil
}

// Limits of the server: one person uses it.
const (
	exchange       = 10 * time.Second
	idle           = time.Minute
	maxHeaderBytes = 8 << 10
	maxFormBytes   = 1 << 10
)

// Serve serves the page until ctx ends.
func (p *Page) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler: p.Handler(), ReadTimeout: exchange, WriteTimeout: exchange, IdleTimeout: idle, MaxHeaderBytes: maxHeaderBytes,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	end := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer end()
	if err := server.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve status page: %w", err)
	}
	return nil
}
