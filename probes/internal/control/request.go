package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Limits of a request. A full one takes some seconds to answer and gives an answer of a hundred kilobytes.
const (
	MaxTargets      = 16
	MaxAddresses    = 8 // of one target
	maxRequestBytes = 64 << 10
)

// Target is what a probe looked at: a URL, and the addresses that it was given for its host.
type Target struct {
	URL       string       `json:"url"`
	Addresses []netip.Addr `json:"addresses,omitempty"`
}

type request struct {
	Targets []Target `json:"targets"`
}

// requestError is what is wrong with a request. Its text goes back to the caller, and names the caller's own words.
type requestError string

func (e requestError) Error() string { return string(e) }

// decode reads a request, strictly: a field that it does not know may have been meant to limit what is done.
func decode(body []byte) ([]Target, error) {
	if len(body) > maxRequestBytes {
		return nil, requestError(fmt.Sprintf("request has more than %d bytes", maxRequestBytes))
	}
	var r request
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return nil, requestError(`request is not JSON like {"targets":[{"url":"https://example.org/","addresses":["192.0.2.1"]}]}`)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, requestError("something follows the request")
	}
	if len(r.Targets) == 0 || len(r.Targets) > MaxTargets {
		return nil, requestError(fmt.Sprintf("%d targets: give 1 to %d", len(r.Targets), MaxTargets))
	}
	for i := range r.Targets {
		if err := r.Targets[i].check(); err != nil {
			return nil, requestError(fmt.Sprintf("target %d: %s", i+1, err))
		}
	}
	return r.Targets, nil
}

func (t *Target) check() error {
	if err := measurement.CheckURL(t.URL); err != nil {
		return err
	}
	u, err := url.Parse(t.URL)
	if err != nil {
		return err
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return errors.New("a control looks at names, not at addresses")
	}
	if len(t.Addresses) > MaxAddresses {
		return fmt.Errorf("%d addresses: give at most %d", len(t.Addresses), MaxAddresses)
	}
	for i, a := range t.Addresses {
		if !a.IsValid() || a.Zone() != "" {
			return errors.New("an address is none, or has a zone")
		}
		t.Addresses[i] = a.Unmap()
	}
	return nil
}

// secure reports whether a URL that was checked is of https.
func (t *Target) secure() bool {
	u, err := url.Parse(t.URL)
	return err == nil && u.Scheme == "https"
}

// place returns the host and port of a URL that was checked.
func (t *Target) place() (host string, port uint16) {
	u, _ := url.Parse(t.URL)
	port = 80
	if t.secure() {
		port = 443
	}
	if u.Port() != "" {
		n, err := netip.ParseAddrPort("0.0.0.0:" + u.Port())
		if err != nil {
			return strings.ToLower(u.Hostname()), 0
		}
		port = n.Port()
	}
	return strings.ToLower(u.Hostname()), port
}
