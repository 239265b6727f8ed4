package shield

import (
	"net"
	"net/http"
	"net/netip"
)

// loopbackOnly turns away who did not ask for this machine's loopback by address, or as localhost. A web page
// can let its own name point here (DNS rebinding) and is then, to the browser, of the same origin as the
// engine; but it has to ask by that name.
func loopbackOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopback(r.Host) {
			http.Error(w, "the ClickHouse engine is asked by a loopback address, such as 127.0.0.1, and not by another name", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isLoopback reports whether a Host header names this machine's loopback.
func isLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if host == "localhost" {
		return true
	}
	if len(host) > 1 && host[0] == '[' && host[len(host)-1] == ']' {
		host = host[1 : len(host)-1]
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
