package ooni_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// TestReadOlderRedirects reads requests as earlier versions list them: the last first, and without their depth.
func TestReadOlderRedirects(t *testing.T) {
	records := read(t, older(`{"requests":[
{"failure":null,"request":{"url":"https://www.site.example/"},"response":{"code":200,"body":{"data":"aGVsbG8=","format":"base64"}}},
{"failure":null,"request":{"url":"https://site.example/"},"response":{"code":301,"body":null}}]}`))[0].Probe
	page := records[len(records)-1]
	if page.HTTP.Status != 200 || page.HTTP.Redirects != 1 || page.HTTP.BodyBytes != 5 || page.HTTP.Elsewhere {
		t.Errorf("%+v", page.HTTP)
	}
}

// TestReadTruncatedBody knows that a body which was cut off is longer than what is compared, also where it was left out.
func TestReadTruncatedBody(t *testing.T) {
	for body, want := range map[string]uint32{`"","body_is_truncated":true`: 64 << 10, `"","body_is_truncated":false`: 0, `"hello"`: 5} {
		records := read(t, older(`{"requests":[{"failure":null,"request":{"url":"https://site.example/"},"response":{"code":200,"body":`+body+`}}]}`))[0].Probe
		if page := records[len(records)-1]; page.HTTP.BodyBytes != want {
			t.Errorf("%s: %d bytes, want %d", body, page.HTTP.BodyBytes, want)
		}
	}
}

// TestReadTakesNothingFromWhatIsMissing checks that steps which do not say how they went are neither failures nor pages.
func TestReadTakesNothingFromWhatIsMissing(t *testing.T) {
	asked := `"queries":[{"hostname":"site.example","query_type":"A","answers":[{"answer_type":"A","ipv4":"93.184.216.34"}],"failure":null}]`
	look := read(t, older(`{`+asked+`,"tcp_connect":[{"ip":"93.184.216.34","port":443,"status":{"failure":null,"success":null}},{"ip":"93.184.216.34","port":443}],
"requests":[{"failure":null,"request":{"url":"https://site.example/"},"response":{"code":null,"body":null,"headers":null}}],
"control":{"tcp_connect":{"93.184.216.34:443":{"status":null,"failure":null}},"tls_handshake":{"93.184.216.34:443":{"server_name":"site.example"}},
"http_request":{"failure":null,"title":null,"status_code":null},"dns":{"failure":null,"addrs":null}}}`))[0]
	if len(look.Probe) != 1 || look.Probe[0].DNS == nil || look.Probe[0].Failure != "" || len(look.Control) != 0 {
		t.Errorf("probe %+v, control %+v", look.Probe, look.Control)
	}
	said := read(t, older(`{"requests":[{"failure":null,"request":{"url":"https://site.example/"},"response":{"code":0}}],"http_experiment_failure":"eof_error"}`))[0].Probe
	if len(said) != 1 || said[0].Failure != measurement.FailureEOF {
		t.Errorf("what the test says besides: %+v", said)
	}
}

// TestReadSecondAnswers tells an answer that says otherwise from one that only has another order.
func TestReadSecondAnswers(t *testing.T) {
	answers := func(addresses ...string) string {
		var out []string
		for _, a := range addresses {
			out = append(out, `{"answer_type":"A","ipv4":"`+a+`"}`)
		}
		return `"hostname":"site.example","query_type":"A","engine":"udp","transaction_id":3,"failure":null,"answers":[` + strings.Join(out, ",") + `]`
	}
	for want, second := range map[bool]string{false: answers("93.184.216.35", "93.184.216.34"), true: answers("93.184.216.35")} {
		keys := `{"queries":[{` + answers("93.184.216.34", "93.184.216.35") + `}],"x_dns_duplicate_responses":[{` + second + `}]}`
		if got := read(t, older(keys))[0].Probe[0]; got.DNS.Conflict != want {
			t.Errorf("%s: conflict %v", second, got.DNS.Conflict)
		}
	}
}

// TestReadCertificates keeps the hashes of keys, and leaves out handshakes with names that may not be told.
func TestReadCertificates(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"site.example"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	text := `{"data":"` + base64.StdEncoding.EncodeToString(der) + `","format":"base64"}`
	shake := func(name string) string {
		return `{"address":"93.184.216.34:443","server_name":"` + name + `","failure":null,"tls_version":"TLSv1","peer_certificates":[` + text + `,` + text + `,{"data":"eA==","format":"base64"}]}`
	}
	var found []measurement.Record
	for _, r := range read(t, older(`{"tls_handshakes":[`+shake("site.example")+`,`+shake("hotel.example")+`]}`))[0].Probe {
		if r.TLS != nil {
			found = append(found, r)
		}
	}
	sum := sha256.Sum256(certificate.RawSubjectPublicKeyInfo)
	want := hex.EncodeToString(sum[:])
	if len(found) != 1 || found[0].TLS.KeySHA256 != want || len(found[0].TLS.ChainSHA256) != 1 || found[0].TLS.ChainSHA256[0] != want || found[0].TLS.Version != "1.0" {
		t.Errorf("%+v", found)
	}
}
