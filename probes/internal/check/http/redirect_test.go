package http_test

import (
	"fmt"
	nethttp "net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// sites starts a site over TLS, the same without, and another without, and returns their ports. A path that
// is a number counts down by redirects; any other is a page. A query "to" is where the site leads.
func sites(t *testing.T, authority *servertest.Authority) (encrypted, plain, other uint16) {
	t.Helper()
	answer := func(w nethttp.ResponseWriter, r *nethttp.Request) {
		left, err := strconv.Atoi(strings.Trim(r.URL.Path, "/"))
		switch to := r.URL.Query().Get("to"); {
		case to != "":
			w.Header().Set("Location", to)
			w.WriteHeader(nethttp.StatusFound)
		case err == nil && left > 0:
			w.Header().Set("Location", fmt.Sprintf("/%d", left-1))
			w.WriteHeader(nethttp.StatusTemporaryRedirect)
		default:
			fmt.Fprint(w, page)
		}
	}
	certificate := authority.Certificate("*.site.example", time.Hour)
	return web(t, "127.20.0.1:0", certificate, answer).Port(), web(t, "127.20.0.1:0", nil, answer).Port(), web(t, "127.20.0.2:0", nil, answer).Port()
}

func TestRedirects(t *testing.T) {
	authority := servertest.NewAuthority(t)
	encrypted, plain, other := sites(t, authority)
	site := func(path string) string { return at("http", "www.site.example", plain) + path }
	for _, test := range []struct {
		name, url string
		failure   measurement.Failure
		want      measurement.HTTP
		steps     string
	}{
		{"none", site("0"), "", measurement.HTTP{Status: 200, Plain: true}, "dns dns tcp http"},
		{"five", site("5"), "", measurement.HTTP{Status: 200, Plain: true, Redirects: 5}, strings.Repeat("dns dns tcp ", 6) + "http"},
		{"six", site("6"), measurement.FailureHTTPTooManyRedirect, measurement.HTTP{Status: 307, Plain: true, Redirects: 5},
			strings.Repeat("dns dns tcp ", 6) + "http:http_too_many_redirects"},
		{"to the bare name", site("?to=" + at("http", "site.example", plain)), "", measurement.HTTP{Status: 200, Plain: true, Redirects: 1}, "dns dns tcp dns dns tcp http"},
		{"to a name below, whose records nobody needs", at("http", "site.example", plain) + "?to=" + at("http", "deep.site.example", plain), "",
			measurement.HTTP{Status: 200, Plain: true, Redirects: 1}, "dns dns tcp http"},
		{"to another site", site("?to=" + at("http", "other.example", other)), "",
			measurement.HTTP{Status: 200, Plain: true, Elsewhere: true, Redirects: 1}, "dns dns tcp http"},
		{"to another site that is not there", site("?to=http://gone.example/"), measurement.FailureDNSNXDOMAIN,
			measurement.HTTP{Status: 302, Plain: true, Redirects: 1}, "dns dns tcp http:dns_nxdomain_error"},
		{"to another site and back", site("?to=" + at("http", "other.example", other) + "%3Fto=" + at("http", "www.site.example", plain)), "",
			measurement.HTTP{Status: 200, Plain: true, Redirects: 2}, "dns dns tcp dns dns tcp http"},
		{"to TLS", site("?to=" + at("https", "www.site.example", encrypted)), "",
			measurement.HTTP{Status: 200, Redirects: 1}, "dns dns tcp dns dns tcp tls http"},
		{"away from TLS", at("https", "www.site.example", encrypted) + "?to=" + at("http", "www.site.example", plain), "",
			measurement.HTTP{Status: 200, Plain: true, Redirects: 1}, "dns dns tcp tls dns dns tcp http"},
		{"away from TLS to another site", at("https", "www.site.example", encrypted) + "?to=" + at("http", "other.example", other), "",
			measurement.HTTP{Status: 200, Plain: true, Elsewhere: true, Redirects: 1}, "dns dns tcp tls http"},
		{"to a portal at home", site("?to=http://192.168.1.1/login"), measurement.FailureGuarded,
			measurement.HTTP{Status: 302, Plain: true, Redirects: 1}, "dns dns tcp http:address_not_allowed"},
		{"to a name of a portal at home", site("?to=http://router.example/login"), measurement.FailureDNSBogon,
			measurement.HTTP{Status: 302, Plain: true, Redirects: 1}, "dns dns tcp http:dns_bogon_error"},
		{"to the machine itself", site("?to=http://127.0.0.1/"), measurement.FailureGuarded,
			measurement.HTTP{Status: 302, Plain: true, Redirects: 1}, "dns dns tcp http:address_not_allowed"},
		{"to the machine itself in other letters", site("?to=http://0x7f.1/"), measurement.FailureHTTPInvalidRedirect,
			measurement.HTTP{Status: 302, Plain: true, Redirects: 1}, "dns dns tcp http:http_invalid_redirect_location_host"},
		{"to an intranet", site("?to=http://intranet/"), measurement.FailureHTTPInvalidRedirect,
			measurement.HTTP{Status: 302, Plain: true, Redirects: 1}, "dns dns tcp http:http_invalid_redirect_location_host"},
		{"to no page", site("?to=ftp://www.site.example/"), measurement.FailureHTTPInvalidRedirect,
			measurement.HTTP{Status: 302, Plain: true, Redirects: 1}, "dns dns tcp http:http_invalid_redirect_location_host"},
		{"to nonsense", site("?to=http://%255b/"), measurement.FailureHTTPInvalidRedirect,
			measurement.HTTP{Status: 302, Plain: true, Redirects: 1}, "dns dns tcp http:http_invalid_redirect_location_host"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			records, got := visit(t, internet(t, authority), test.url)
			if got.Failure != test.failure {
				t.Errorf("failure %q, want %q", got.Failure, test.failure)
			}
			if got.HTTP.Status == 200 {
				test.want.BodyBytes, test.want.BodySHA256, test.want.TitleSHA256 = uint32(len(page)), hash(page), hash("hello")
			}
			test.want.FirstByteMS = got.HTTP.FirstByteMS
			if diff := cmp.Diff(&test.want, got.HTTP); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.steps, steps(records)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, r := range records[:len(records)-1] {
				if strings.Contains(r.Target, "other") || strings.Contains(r.Target, "deep") || r.TCP != nil && r.TCP.Address.String() != "127.20.0.1" {
					t.Errorf("a record tells where a redirect led: %+v", r)
				}
			}
		})
	}
}

// A redirect is followed whatever becomes of its body, which nobody reads.
func TestRedirectWithABrokenBody(t *testing.T) {
	site := web(t, "127.20.0.1:0", nil, func(w nethttp.ResponseWriter, _ *nethttp.Request) { fmt.Fprint(w, page) })
	for name, behave := range map[string]servertest.Behavior{
		"short": servertest.Say("HTTP/1.1 302 Found\r\nLocation: " + at("http", "www.site.example", site.Port()) + "\r\nContent-Length: 9\r\n\r\nab"),
		"no gzip": servertest.Say("HTTP/1.1 302 Found\r\nLocation: " + at("http", "www.site.example", site.Port()) +
			"\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab"),
	} {
		t.Run(name, func(t *testing.T) {
			from := servertest.TCP(t, "127.20.0.1:0", behave)
			if _, got := visit(t, internet(t, nil), at("http", "www.site.example", from.Port())); got.Failure != "" || got.HTTP.Status != 200 || got.HTTP.Redirects != 1 {
				t.Errorf("failure %q, %+v", got.Failure, got.HTTP)
			}
		})
	}
}

// A circle of redirects ends after five, and no request is made that is not counted.
func TestCircle(t *testing.T) {
	var asked atomic.Int32
	server := web(t, "127.20.0.1:0", nil, func(w nethttp.ResponseWriter, _ *nethttp.Request) {
		asked.Add(1)
		w.Header().Set("Location", "/")
		w.WriteHeader(nethttp.StatusFound)
	})
	_, got := visit(t, internet(t, nil), at("http", "www.site.example", server.Port()))
	if got.Failure != measurement.FailureHTTPTooManyRedirect || got.HTTP.Redirects != 5 || asked.Load() != 6 {
		t.Errorf("failure %q, %d redirects, %d requests", got.Failure, got.HTTP.Redirects, asked.Load())
	}
}

func TestLongLocation(t *testing.T) {
	server := web(t, "127.20.0.1:0", nil, func(w nethttp.ResponseWriter, _ *nethttp.Request) {
		w.Header().Set("Location", "/"+strings.Repeat("x", 9<<10))
		w.WriteHeader(nethttp.StatusFound)
	})
	if _, got := visit(t, internet(t, nil), at("http", "www.site.example", server.Port())); got.Failure != measurement.FailureHTTPInvalidRedirect {
		t.Errorf("failure %q", got.Failure)
	}
}
