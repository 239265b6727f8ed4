package narrate

import (
	"errors"
	"flag"
	"net/netip"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

var update = flag.Bool("update", false, "write the sentences as they are now")

func lookup(failure measurement.Failure, answers ...string) measurement.Record {
	r := measurement.Record{
		Kind: measurement.KindDNS, DurationMS: 12, Failure: failure,
		DNS: &measurement.DNS{Resolver: measurement.ResolverSystem, Query: "A"},
	}
	for _, text := range answers {
		if text == "private" {
			r.DNS.Answers = append(r.DNS.Answers, measurement.Answer{Class: measurement.AddressPrivate})
			continue
		}
		r.DNS.Answers = append(r.DNS.Answers, measurement.Answer{Class: measurement.AddressPublic, Address: netip.MustParseAddr(text)})
	}
	return r
}

func connection(failure measurement.Failure) measurement.Record {
	return measurement.Record{
		Kind: measurement.KindTCP, DurationMS: 31, Failure: failure, TCP: &measurement.TCP{Address: netip.MustParseAddr("192.0.2.1")},
	}
}

func handshake(failure measurement.Failure) measurement.Record {
	return measurement.Record{Kind: measurement.KindTLS, DurationMS: 55, Failure: failure, TLS: &measurement.TLS{Version: "1.3"}}
}

func received(failure measurement.Failure, page measurement.HTTP) measurement.Record {
	return measurement.Record{Kind: measurement.KindHTTP, DurationMS: 140, Failure: failure, HTTP: &page}
}

// looks are what a person may see; what they read of it is in testdata.
func looks() map[string][]measurement.Record {
	quiet := lookup(measurement.FailureTimeout)
	quiet.DNS.Resolver, quiet.DNS.Query = measurement.ResolverISP, "AAAA"
	injected := lookup("", "192.0.2.1")
	injected.DNS.Resolver, injected.DNS.Conflict, injected.DNS.GapMS = measurement.ResolverPublic, true, 3
	lied := lookup(measurement.FailureDNSBogon, "private")
	none := lookup("")
	none.DNS.Query = "AAAA"
	page := measurement.HTTP{Status: 200, BodyBytes: 4096}
	over := func(t measurement.Transport, query string, failure measurement.Failure, answers ...string) measurement.Record {
		r := lookup(failure, answers...)
		r.DNS.Resolver, r.DNS.Transport, r.DNS.Query = measurement.ResolverPublic, t, query
		return r
	}
	decoy := handshake("")
	decoy.TLS.Decoy, decoy.TLS.ServerName, decoy.TLS.Certificate = true, "www.example.org", measurement.CertificateWrongHost
	local := handshake("")
	local.TLS.Certificate = measurement.CertificateUnknownRoot
	quic := measurement.Record{Kind: measurement.KindQUIC, DurationMS: 40, QUIC: &measurement.QUIC{Version: "1"}}
	return map[string][]measurement.Record{
		"https://works.example/":      {lookup("", "192.0.2.1", "2001:db8::1"), none, connection(""), handshake(""), received("", page)},
		"https://moved.example/":      {received("", measurement.HTTP{Status: 200, BodyBytes: 9, Redirects: 2})},
		"https://refused.example/":    {lookup("", "192.0.2.1"), connection(measurement.FailureConnectionRefused), received(measurement.FailureConnectionRefused, measurement.HTTP{})},
		"https://cut.example/":        {connection(""), handshake(measurement.FailureConnectionReset), received(measurement.FailureConnectionReset, measurement.HTTP{})},
		"https://broken-off.example/": {received(measurement.FailureEOF, page)},
		"https://lied-to.example/":    {lied, lookup("", "private"), received(measurement.FailureDNSBogon, measurement.HTTP{})},
		"https://injected.example/":   {quiet, injected, received(measurement.FailureTimeout, measurement.HTTP{})},
		"https://legal.example/":      {received("", measurement.HTTP{Status: 451, BodyBytes: 900})},
		"https://by-name.example/":    {connection(""), handshake(measurement.FailureConnectionReset), decoy, quic, received(measurement.FailureConnectionReset, measurement.HTTP{})},
		"https://antivirus.example/":  {local, received("", page)},
		"https://hotel.example/":      {received(measurement.FailureGuarded, measurement.HTTP{Status: 302, Redirects: 1})},
		"https://block-page.example/": {received("", measurement.HTTP{Status: 200, BodyBytes: 700, Redirects: 1, Plain: true, Elsewhere: true, Fingerprint: "lamplight.kr_warning"})},
		"https://resolvers.example/": {
			lookup("", "192.0.2.1"), none, connection(""), received("", page),
			over(measurement.TransportUDP, "A", "", "192.0.2.1"), over(measurement.TransportUDP, "AAAA", ""), over(measurement.TransportUDP, "HTTPS", ""),
			over(measurement.TransportDoH, "A", "", "192.0.2.1"), over(measurement.TransportDoH, "AAAA", measurement.FailureTimeout),
			over(measurement.TransportDoT, "A", measurement.FailureTLSUnknownAuth),
		},
		"https://192.168.1.1/": {connection(measurement.FailureGuarded), received(measurement.FailureGuarded, measurement.HTTP{})},
	}
}

func TestLook(t *testing.T) {
	for url, records := range looks() {
		name := strings.Trim(strings.TrimPrefix(url, "https://"), "/")
		t.Run(name, func(t *testing.T) {
			var got strings.Builder
			if err := Look(&got, url, records); err != nil {
				t.Fatal(err)
			}
			file := "testdata/" + name + ".txt"
			if *update {
				if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Whoever reads a sentence must not have to know the vocabulary, and must not be told more than was seen.
func TestEveryFailureHasItsOwnWords(t *testing.T) {
	said := map[string]measurement.Failure{}
	for _, f := range measurement.Failures() {
		words := Words(f)
		if other, twice := said[words]; twice {
			t.Errorf("%s and %s are both %q", other, f, words)
		}
		said[words] = f
		if words == Words("a failure nobody has met") && f != measurement.FailureUnknown {
			t.Errorf("there are no words for %s", f)
		}
		for _, more := range []string{"_", "block", "censor", "shutdown", "government"} {
			if strings.Contains(words, more) {
				t.Errorf("%s is %q, which says %q", f, words, more)
			}
		}
	}
	if len(dictionary()) != len(measurement.Failures()) {
		t.Errorf("there are words for %d failures of %d", len(dictionary()), len(measurement.Failures()))
	}
}

type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestAWriterThatFailsIsReported(t *testing.T) {
	if err := Look(full{}, "https://works.example/", nil); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}
