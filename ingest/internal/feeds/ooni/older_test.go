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
