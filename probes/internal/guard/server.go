package guard

import (
	"fmt"
	"net/netip"
	"net/url"
)

// Server reads the base URL of a server that DialGateway is for; what is "gateway" or "control". It fails unless the URL is
// https, or http on a loopback address.
func Server(what, base string) (*url.URL, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("%s %q is not a URL such as https://%[1]s.example.org", what, base)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return nil, fmt.Errorf("%s %q must be https: http is for loopback addresses only", what, base)
	}
	return u, nil
}

func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback() || host == "localhost"
}
