package http_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/check/http"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const page = "<title>hello</title>"

func answer(status, headers string) servertest.Behavior {
	return servertest.Say(fmt.Sprintf("HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s", status, headers, len(page), page))
}

// steps writes the kind and the failure of each record.
func steps(records []measurement.Record) string {
	var out []string
	for _, r := range records {
		step := string(r.Kind)
		if r.TLS != nil && r.TLS.Decoy {
			step = "decoy"
		}
		if r.Failure != "" {
			step += ":" + string(r.Failure)
		}
		out = append(out, step)
	}
	return strings.Join(out, " ")
}

// A censored network in small: what each way to fail leaves behind, by a real resolver and real servers.
func TestVisit(t *testing.T) {
	authority := servertest.NewAuthority(t)
	good := authority.Certificate("www.site.example", time.Hour)
	const one = "127.20.0.1:0"
	for _, test := range []struct {
		name, scheme, host string
		serve              servertest.Behavior
		want               string
	}{
		{"a page", "http", "www.site.example", answer("200 OK", ""), "dns dns tcp http"},
		{"a page over TLS", "https", "www.site.example", servertest.Shake(good, answer("200 OK", "")), "dns dns tcp tls http"},
		{"an error page", "http", "www.site.example", answer("451 Unavailable For Legal Reasons", ""), "dns dns tcp http"},
		{"no such name", "http", "gone.example", answer("200 OK", ""),
			"dns:dns_nxdomain_error dns:dns_nxdomain_error http:dns_nxdomain_error"},
		{"reset while connecting over TLS", "https", "www.site.example", servertest.ThenReset, "dns dns tcp tls:connection_reset quic:connection_refused http:connection_reset"},
		{"reset while reading", "http", "www.site.example", servertest.ThenReset, "dns dns tcp http:connection_reset"},
		{"hung up", "http", "www.site.example", servertest.Say(""), "dns dns tcp http:eof_error"},
		{"silence", "http", "www.site.example", servertest.Silence, "dns dns tcp http:generic_timeout_error"},
		{"silence instead of TLS", "https", "www.site.example", servertest.Silence, "dns dns tcp tls:generic_timeout_error quic:connection_refused http:generic_timeout_error"},
		{"the certificate of another", "https", "www.site.example", servertest.Shake(authority.Certificate("other.example", time.Hour), answer("200 OK", "")),
			"dns dns tcp tls:ssl_invalid_hostname quic:connection_refused http:ssl_invalid_hostname"},
		{"an old certificate", "https", "www.site.example", servertest.Shake(authority.Certificate("www.site.example", -time.Hour), answer("200 OK", "")),
			"dns dns tcp tls:ssl_invalid_certificate quic:connection_refused http:ssl_invalid_certificate"},
		{"an unknown authority", "https", "www.site.example", servertest.Shake(servertest.NewAuthority(t).Certificate("www.site.example", time.Hour), answer("200 OK", "")),
			"dns dns tcp tls:ssl_unknown_authority quic:connection_refused http:ssl_unknown_authority"},
		{"not HTTP", "http", "www.site.example", servertest.Say("hello"), "dns dns tcp http:http_request_failed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := servertest.TCP(t, one, test.serve)
			resolver := servertest.DNS(t, "127.20.0.53:0", servertest.Zone(map[string][]string{"www.site.example": {"127.20.0.1"}}))
			v := servertest.Vantage(t, resolver, authority.Pool())
			if strings.HasPrefix(test.name, "silence") {
				v.Timeouts.HTTP, v.Timeouts.TLS = 300*time.Millisecond, 300*time.Millisecond
			}
			url := fmt.Sprintf("%s://%s:%d/", test.scheme, test.host, server.Port())
			records := http.Visit(t.Context(), v, check.Look{Number: 1, Class: measurement.ClassForeign}, url)
			if diff := cmp.Diff(test.want, steps(records)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, r := range records {
				if err := r.Validate(); err != nil || r.Check != 1 || r.Class != measurement.ClassForeign {
					t.Errorf("record %+v: %v", r, err)
				}
			}
		})
	}
}

func TestVisitKeepsHashNotBody(t *testing.T) {
	server := servertest.TCP(t, "127.20.0.1:0", answer("200 OK", "Set-Cookie: a=b\r\n"))
	v := servertest.Vantage(t, servertest.DNS(t, "127.20.0.53:0", servertest.Zone(nil)), nil)
	records := http.Visit(t.Context(), v, check.Look{Class: measurement.ClassDomestic}, "http://"+server.String()+"/")
	got := records[len(records)-1].HTTP
	want := &measurement.HTTP{
		Status: 200, Plain: true, BodyBytes: uint32(len(page)), BodySHA256: hash(page), TitleSHA256: hash("hello"), FirstByteMS: got.FirstByteMS,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
