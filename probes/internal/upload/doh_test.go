package upload_test

import (
	"crypto/ed25519"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/internal/upload"
)

// secure starts a server with a certificate, at an address of its own.
func secure(t *testing.T, at string, trust *tls.Config, handler http.Handler) (port string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(handler)
	_ = server.Listener.Close()
	server.Listener = listener
	server.TLS = trust
	server.StartTLS()
	t.Cleanup(server.Close)
	_, port, err = net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// A gateway whose name the machine's resolver does not know is found by DNS over HTTPS, and then at once.
func TestFindsByDoH(t *testing.T) {
	authority := servertest.NewAuthority(t)
	gateway := servertest.NewGateway(t)
	port := secure(t, "127.20.0.7:0", authority.Certificate("gateway.test", time.Hour), gateway.Config.Handler)
	asked := make(chan string, 10)
	resolver := secure(t, "127.20.0.8:0", authority.Certificate("127.20.0.8", time.Hour), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var question dns.Msg
		if err != nil || question.Unpack(body) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		asked <- question.Question[0].Name
		answer := new(dns.Msg).SetReply(&question)
		if question.Question[0].Qtype == dns.TypeA {
			for _, ip := range []string{"127.20.0.77", "127.20.0.7"} { // nobody listens at the first
				answer.Answer = append(answer.Answer, &dns.A{
					Hdr: dns.RR_Header{Name: question.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.ParseIP(ip),
				})
			}
		}
		packed, err := answer.Pack()
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		_, _ = w.Write(packed)
	}))
	cfg := settings(t, "https://gateway.test:"+port)
	cfg.Roots = authority.Pool()
	cfg.DoH = []string{fmt.Sprintf("https://127.20.0.8:%s/dns-query", resolver)}
	client, err := upload.NewClient(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := client.Key(t.Context()); err != nil {
		t.Fatal(err)
	}
	if name := <-asked; name != "gateway.test." {
		t.Errorf("asked for %q", name)
	}
	cfg.DoH = nil
	without, err := upload.NewClient(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer without.Close()
	if _, err := without.Key(t.Context()); err == nil {
		t.Error("the machine's resolver knows the name, and nothing was tried")
	}
}

// A machine at 1970 takes certificates for not yet valid, and asks the time all the same; but not of whoever has
// another name's.
func TestTimeWithoutAClock(t *testing.T) {
	authority := servertest.NewAuthority(t)
	gateway := servertest.NewGateway(t)
	for name, test := range map[string]struct {
		certificate *tls.Config
		ok          bool
	}{
		"out of its time":  {authority.Certificate("127.20.0.7", -time.Hour), true},
		"of another name":  {authority.Certificate("127.20.0.6", time.Hour), false},
		"of another maker": {servertest.NewAuthority(t).Certificate("127.20.0.7", time.Hour), false},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := settings(t, "https://127.20.0.7:"+secure(t, "127.20.0.7:0", test.certificate, gateway.Config.Handler))
			cfg.Roots = authority.Pool()
			client, err := upload.NewClient(cfg)
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			if _, err := client.Time(t.Context(), gateway.Key.Public().(ed25519.PublicKey)); (err == nil) != test.ok {
				t.Errorf("time: %v", err)
			}
			if _, err := client.Key(t.Context()); err == nil || strings.Contains(err.Error(), "key: the answer") {
				t.Errorf("anything but the time was asked of a certificate that is %s: %v", name, err)
			}
		})
	}
}
