package site

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
)

const page = "<!doctype html><title>News</title><p>Nothing happened today."

func serve(t *testing.T, build func(net.Listener) *Site) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	s := build(l)
	go func() { done <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return l.Addr().String()
}

func fetch(t *testing.T, url string, config *tls.Config, address string) (string, error) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{
		TLSClientConfig: config,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp4", address)
		},
	}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := client.Do(req)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(res.Body)
	return string(body), errors.Join(err, res.Body.Close())
}

func TestPlainSite(t *testing.T) {
	address := serve(t, func(l net.Listener) *Site { return New(l, page, slog.New(slog.DiscardHandler)) })
	if got, err := fetch(t, "http://"+address+"/any/path", nil, address); got != page || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestEncryptedSite(t *testing.T) {
	authority, err := NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := authority.Certificate("news.example")
	if err != nil {
		t.Fatal(err)
	}
	address := serve(t, func(l net.Listener) *Site {
		return NewEncrypted(l, certificate, page, slog.New(slog.DiscardHandler))
	})

	believer := &tls.Config{RootCAs: authority.Roots()}
	if got, err := fetch(t, "https://news.example/", believer, address); got != page || err != nil {
		t.Errorf("whoever believes the authority: got %q, %v", got, err)
	}
	if _, err := fetch(t, "https://other.example/", believer, address); !isA[x509.HostnameError](err) {
		t.Errorf("another name: got %v, want a host name error", err)
	}
	if _, err := fetch(t, "https://news.example/", nil, address); !isA[x509.UnknownAuthorityError](err) {
		t.Errorf("whoever does not: got %v, want an unknown authority", err)
	}
}

// The authority could do no harm on a machine that came to trust it.
func TestAuthorityIsGoodForExampleOnly(t *testing.T) {
	authority, err := NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := authority.Certificate("bank.com")
	if err != nil {
		t.Fatal(err)
	}
	_, err = certificate.Leaf.Verify(x509.VerifyOptions{Roots: authority.Roots(), DNSName: "bank.com"})
	if !isA[x509.CertificateInvalidError](err) {
		t.Errorf("a certificate for a real name verifies: %v", err)
	}
}

func isA[E error](err error) bool {
	_, is := errors.AsType[E](err)
	return is
}
