package http

import (
	"errors"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// errStatus says that an answer's status is none that HTTP has.
var errStatus = errors.New("status is outside 100 to 599")

// place is where one hop goes: a URL that has been looked at closely.
type place struct {
	url  *url.URL
	host string // without port and brackets
	port uint16
}

// parse takes a URL of a plan, which has been validated before: it fails for what a person typed.
func parse(text string) (place, measurement.Failure) {
	u, err := url.Parse(text)
	if err != nil {
		return place{}, measurement.FailureHTTPInvalidRedirect
	}
	return newPlace(u)
}

func newPlace(u *url.URL) (place, measurement.Failure) {
	port := uint64(80)
	if u.Scheme == "https" {
		port = 443
	}
	if u.Port() != "" {
		port, _ = strconv.ParseUint(u.Port(), 10, 16)
	}
	if u.Scheme != "http" && u.Scheme != "https" || port == 0 || !measurement.Host(u.Hostname()) {
		return place{}, measurement.FailureHTTPInvalidRedirect
	}
	u.User, u.Fragment = nil, "" // neither is for the server that a redirect chose
	return place{url: u, host: strings.ToLower(u.Hostname()), port: uint16(port)}, ""
}

// resolve follows a redirect's location, which may be relative.
func (p place) resolve(location string) (place, measurement.Failure) {
	u, err := p.url.Parse(location)
	if err != nil {
		return place{}, measurement.FailureHTTPInvalidRedirect
	}
	return newPlace(u)
}

// sameSite reports whether p is on the host that was asked for, or differs from it by "www." only.
func (p place) sameSite(target string) bool {
	u, err := url.Parse(target)
	bare := func(host string) string { return strings.TrimPrefix(strings.ToLower(host), "www.") }
	return err == nil && bare(u.Hostname()) == bare(p.host)
}

// literal returns the address that the host is, if it is one.
func (p place) literal() (netip.Addr, bool) {
	address, err := netip.ParseAddr(p.host)
	return address, err == nil
}

// target is how tcp and tls records name the place.
func (p place) target() string {
	host := p.host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(int(p.port))
}
