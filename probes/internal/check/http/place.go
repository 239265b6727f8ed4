package http

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// maxLocation is the longest location that is followed: what browsers and servers agree on is about as long.
const maxLocation = 8 << 10

// place is where one hop goes: a URL that has been looked at closely.
type place struct {
	url  *url.URL
	host string // lower case, without port and brackets
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
	// url.Parse takes "//:::" for the address :: with an empty port, and would not read what it writes of it.
	bare := strings.Contains(u.Hostname(), ":") && !strings.HasPrefix(u.Host, "[")
	if bare || u.Scheme != "http" && u.Scheme != "https" || u.Opaque != "" || port == 0 || port > 1<<16-1 || !measurement.Host(u.Hostname()) {
		return place{}, measurement.FailureHTTPInvalidRedirect
	}
	u.User, u.Fragment, u.RawFragment = nil, "", "" // neither is for the server that a redirect chose
	return place{url: u, host: strings.ToLower(u.Hostname()), port: uint16(port)}, ""
}

// resolve follows a redirect's location, which may be relative.
func (p place) resolve(location string) (place, measurement.Failure) {
	if len(location) > maxLocation {
		return place{}, measurement.FailureHTTPInvalidRedirect
	}
	u, err := p.url.Parse(location)
	if err != nil {
		return place{}, measurement.FailureHTTPInvalidRedirect
	}
	return newPlace(u)
}

func (p place) encrypted() bool { return p.url.Scheme == "https" }

// sameSite reports whether p is on the host of target, or differs from it by "www." only.
func (p place) sameSite(target place) bool {
	return strings.TrimPrefix(p.host, "www.") == strings.TrimPrefix(target.host, "www.")
}

// related reports whether p is on the host of target, below it or above it: sites move their visitors between
// such hosts, and somebody else's page is not found there.
func (p place) related(target place) bool {
	if _, isAddress := p.literal(); isAddress {
		return p.host == target.host
	}
	return p.host == target.host || strings.HasSuffix(p.host, "."+target.host) || strings.HasSuffix(target.host, "."+p.host)
}

// literal returns the address that the host is, if it is one.
func (p place) literal() (netip.Addr, bool) {
	address, err := netip.ParseAddr(p.host)
	return address, err == nil
}

// target is how tcp, tls and quic records name the place.
func (p place) target() string {
	host := p.host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(int(p.port))
}
