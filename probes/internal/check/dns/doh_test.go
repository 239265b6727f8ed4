package dns_test

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	mdns "github.com/miekg/dns"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// TestDoH asks web servers that misbehave.
func TestDoH(t *testing.T) {
	authority := servertest.NewAuthority(t)
	good := authority.Certificate(resolverName, time.Hour)
	page := func(status int, kind string, body []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = w.Write(body)
		}
	}
	const kind = "application/dns-message"
	var followed atomic.Int32
	mux := http.NewServeMux()
	mux.HandleFunc("/dns-query", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/other", http.StatusTemporaryRedirect)
	})
	mux.HandleFunc("/other", func(w http.ResponseWriter, r *http.Request) {
		followed.Add(1)
		servertest.DoH(site)(w, r)
	})
	for _, tt := range []struct {
		name   string
		cfg    *tls.Config
		answer http.Handler
		want   measurement.Failure
		flaw   measurement.Flaw
	}{
		{"400", good, page(400, kind, nil), measurement.FailureHTTPMalformed, ""},
		{"403 with a page", good, page(403, "text/html", []byte("<title>blocked</title>")), measurement.FailureHTTPMalformed, ""},
		{"503", good, page(503, kind, nil), measurement.FailureHTTPMalformed, ""},
		{"a redirect", good, mux, measurement.FailureHTTPMalformed, ""},
		{"a page", good, page(200, "text/html; charset=utf-8", []byte("<title>welcome</title>")), measurement.FailureDNSServfail, measurement.FlawMalformed},
		{"an answer that calls itself a page", good, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			servertest.DoH(site)(lastly{w}, r)
		}), measurement.FailureDNSServfail, measurement.FlawMalformed},
		{"nothing", good, page(200, kind, nil), measurement.FailureDNSServfail, measurement.FlawMalformed},
		{"too long", good, page(200, kind, bytes.Repeat([]byte{0}, 1<<20)), measurement.FailureDNSServfail, measurement.FlawMalformed},
		{"an answer longer than any", good, servertest.DoH(say(many(600))), measurement.FailureDNSServfail, measurement.FlawMalformed},
		{"too long a header", good, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("x", 1<<18))
		}), measurement.FailureHTTPMalformed, ""},
		{"a wrong id", good, servertest.DoH(say(wrongID)), measurement.FailureDNSReplyWrongID, measurement.FlawWrongID},
		{"another question", good, servertest.DoH(say(wrongQuestion)), measurement.FailureDNSReplyWrongID, measurement.FlawWrongQuestion},
		{"garbage", good, servertest.DoH(say(garbage)), measurement.FailureDNSServfail, measurement.FlawMalformed},
		{"NXDOMAIN", good, servertest.DoH(say(code(mdns.RcodeNameError))), measurement.FailureDNSNXDOMAIN, ""},
		{"silence", good, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // only then a server notices that the other side hangs up
			<-r.Context().Done()
		}), measurement.FailureTimeout, ""},
		{"the certificate of another", authority.Certificate("other.example", time.Hour), servertest.DoH(site), measurement.FailureTLSInvalidHostname, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, protocol := range []string{"h2", "http/1.1"} {
				cfg := tt.cfg.Clone()
				if protocol == "http/1.1" {
					cfg.NextProtos = []string{protocol}
				}
				server := servertest.HTTPS(t, "127.20.0.53:0", cfg, tt.answer)
				v := servertest.Vantage(t, server, authority.Pool())
				if tt.want == measurement.FailureTimeout {
					v.Timeouts.DNS = 300 * time.Millisecond
				}
				got := askOne(t, v, plan.Resolver{Address: server, Transport: "doh", Name: resolverName}, "a.example")[0]
				if got.Failure != tt.want || got.DNS.Flaw != tt.flaw {
					t.Errorf("%s: got %q and flaw %q, want %q and %q", protocol, got.Failure, got.DNS.Flaw, tt.want, tt.flaw)
				}
			}
		})
	}
	if followed.Load() > 0 {
		t.Error("a redirect was followed")
	}
}

// lastly changes what the body is said to be.
type lastly struct{ http.ResponseWriter }

func (w lastly) Write(p []byte) (int, error) {
	w.Header().Set("Content-Type", "text/html")
	return w.ResponseWriter.Write(p)
}

// TestDoHRequest shows what a resolver sees of whoever asks.
func TestDoHRequest(t *testing.T) {
	authority := servertest.NewAuthority(t)
	for _, protocol := range []string{"HTTP/2.0", "HTTP/1.1"} {
		cfg := authority.Certificate(resolverName, time.Hour)
		if protocol == "HTTP/1.1" {
			cfg.NextProtos = []string{"http/1.1"}
		}
		seen := make(chan string, 3)
		server := servertest.HTTPS(t, "127.20.0.53:0", cfg, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			seen <- fmt.Sprint(r.Proto, r.Method, r.URL.Path, r.Host, r.Header)
			servertest.DoH(site)(w, r)
		}))
		v := servertest.Vantage(t, server, authority.Pool())
		askOne(t, v, plan.Resolver{Address: server, Transport: "doh", Name: resolverName, Path: "/q"}, "a.example")
		length := "38" // of the question, in bytes
		want := fmt.Sprintf("%sPOST/q%s:%dmap[Accept:[application/dns-message] Content-Length:[%s] Content-Type:[application/dns-message]]", protocol, resolverName, server.Port(), length)
		if got := <-seen; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
