package failure_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"testing"
	"time"
)

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// connect returns a connection to a server that behaves so once the connection stands. Nil is a server
// that never says anything, and that is given up soon.
func connect(t *testing.T, behave func(net.Conn)) net.Conn {
	t.Helper()
	patience := 10 * time.Second
	if behave == nil {
		patience = 20 * time.Millisecond
		behave = func(conn net.Conn) { io.Copy(io.Discard, conn) }
	}
	l := listen(t)
	stands := make(chan struct{})
	go func() {
		if conn, err := l.Accept(); err == nil {
			defer conn.Close()
			<-stands
			behave(conn)
		}
	}()
	defer close(stands)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	return conn
}

func hangUp(net.Conn) {}

func reset(conn net.Conn) { conn.(*net.TCPConn).SetLinger(0) }

// say answers the first bytes that come with text, and then hangs up.
func say(text string) func(net.Conn) {
	return func(conn net.Conn) {
		conn.Read(make([]byte, 4096))
		io.WriteString(conn, text)
	}
}

func serveTLS(c tls.Certificate) func(net.Conn) {
	return func(conn net.Conn) { tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{c}}).Handshake() }
}

// oldTLS speaks a version that no client takes any more.
func oldTLS(c tls.Certificate) func(net.Conn) {
	return func(conn net.Conn) {
		tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{c}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10}).Handshake()
	}
}

// certificate returns a self-signed certificate for host that expires so long from now.
func certificate(t *testing.T, host string, validFor time.Duration) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{host}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(validFor),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func pool(c tls.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(c.Leaf)
	return p
}
