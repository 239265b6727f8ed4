package http_test

import (
	"crypto/tls"
	"fmt"
	"net"
	nethttp "net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/check/http"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// web starts a web server on a loopback address: over TLS, and HTTP/2, where it has a certificate.
func web(t *testing.T, at string, certificate *tls.Config, answer nethttp.HandlerFunc) netip.AddrPort {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(answer)
	server.Listener.Close()
	server.Listener = l
	if certificate == nil {
		server.Start()
	} else {
		server.TLS, server.EnableHTTP2 = certificate, true
		server.StartTLS()
	}
	t.Cleanup(server.Close)
	return netip.MustParseAddrPort(l.Addr().String())
}

// internet is a small one: names and where they are.
func internet(t *testing.T, authority *servertest.Authority) *check.Vantage {
	t.Helper()
	v := servertest.Vantage(t, servertest.DNS(t, "127.20.0.53:0", servertest.Zone(map[string][]string{
		"site.example": {"127.20.0.1"}, "www.site.example": {"127.20.0.1"}, "deep.site.example": {"127.20.0.1"},
		"other.example": {"127.20.0.2"}, "router.example": {"192.168.1.1"},
	})), nil)
	if authority != nil {
		v.Roots = authority.Pool()
	}
	return v
}

// visit looks at a page and returns every record; the last is the page's.
func visit(t *testing.T, v *check.Vantage, url string) ([]measurement.Record, measurement.Record) {
	t.Helper()
	records := http.Visit(t.Context(), v, check.Look{Number: 1, Class: measurement.ClassForeign}, url)
	for _, r := range records {
		if err := r.Validate(); err != nil {
			t.Errorf("record %+v: %v", r, err)
		}
	}
	return records, records[len(records)-1]
}

func at(scheme, host string, port uint16) string {
	return fmt.Sprintf("%s://%s:%d/", scheme, host, port)
}

// patience is for servers that say nothing.
func patience(v *check.Vantage) {
	v.Timeouts.TLS, v.Timeouts.HTTP = 300*time.Millisecond, 300*time.Millisecond
}
