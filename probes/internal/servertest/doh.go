package servertest

import (
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/miekg/dns"
)

// HTTPS starts a web server over TLS, which speaks HTTP/2 to those who do, on a loopback address, and
// returns where it listens. It ends when the test does.
func HTTPS(t testing.TB, at string, cfg *tls.Config, handler http.Handler) netip.AddrPort {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(handler)
	server.Listener.Close()
	server.Listener, server.TLS, server.EnableHTTP2 = l, cfg.Clone(), len(cfg.NextProtos) == 0
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // of handshakes that are meant to fail
	server.StartTLS()
	t.Cleanup(server.Close)
	return netip.MustParseAddrPort(l.Addr().String())
}

// DoH answers questions over HTTPS (RFC 8484) at any path, and refuses requests that are none.
func DoH(answer dns.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, dns.MaxMsgSize))
		q := new(dns.Msg)
		const kind = "application/dns-message"
		if err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != kind || q.Unpack(body) != nil {
			http.Error(w, "not a DNS question", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", kind)
		answer(&dohWriter{response: w}, q)
	}
}

// dohWriter lets a DNS handler write into an HTTP response.
type dohWriter struct {
	dns.ResponseWriter // nil: handlers of tests do nothing but write
	response           http.ResponseWriter
}

func (w *dohWriter) WriteMsg(m *dns.Msg) error {
	packed, err := m.Pack()
	if err != nil {
		return err
	}
	_, err = w.response.Write(packed)
	return err
}

func (w *dohWriter) Write(packed []byte) (int, error) { return w.response.Write(packed) }
