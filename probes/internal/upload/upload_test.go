package upload_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/internal/identity"
	"github.com/lamplight-net/lamplight/probes/internal/outbox"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/internal/upload"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// bench is an outbox on its way to a gateway.
type bench struct {
	gateway *servertest.Gateway
	box     *outbox.Outbox
	state   *os.Root
	courier *upload.Courier
	trouble chan string
	wanted  []*measurement.Wanted // by the courier's goroutine
}

func setUp(t *testing.T, change func(*upload.Config, *servertest.Gateway)) *bench {
	t.Helper()
	b := &bench{gateway: servertest.NewGateway(t), trouble: make(chan string, 1000)}
	var err error
	if b.state, err = os.OpenRoot(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.state.Close() })
	log := slog.New(slog.DiscardHandler)
	b.box, err = outbox.Open(b.state, outbox.Config{Identity: identity.FromSeed([32]byte{7}), Software: "test/1", Clock: clock.System{}, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.box.Close() })
	public := b.gateway.Key.Public().(ed25519.PublicKey)
	key, err := measurement.NewSealKey(public)
	if err != nil {
		t.Fatal(err)
	}
	b.box.SealTo(key)
	cfg := settings(t, b.gateway.URL)
	if change != nil {
		change(&cfg, b.gateway)
	}
	client, err := upload.NewClient(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	b.courier = &upload.Courier{
		Client: client, Box: b.box, Backoff: upload.Backoff{Base: time.Millisecond, Max: 5 * time.Millisecond}, Log: log,
		Key:  func(context.Context) (ed25519.PublicKey, error) { return public, nil },
		Hold: func(ctx context.Context) error { return ctx.Err() }, Told: func(trouble string) { b.trouble <- trouble },
		Wanted: func(w *measurement.Wanted) { b.wanted = append(b.wanted, w) },
	}
	return b
}

func settings(t *testing.T, gateways ...string) upload.Config {
	t.Helper()
	g, err := guard.ForLab(netip.MustParsePrefix("127.20.0.0/16"), netip.MustParseAddr("127.20.9.9"))
	if err != nil {
		t.Fatal(err)
	}
	return upload.Config{Gateways: gateways, Guard: g, Exchange: 10 * time.Second}
}

// add puts a unit of one record into the outbox.
func (b *bench) add(t *testing.T, mark uint32) {
	t.Helper()
	record := measurement.Record{
		Kind: measurement.KindBeat, MeasuredAt: time.Now().UTC().Truncate(time.Millisecond), DurationMS: mark, Beat: &measurement.Beat{},
	}
	network := measurement.Network{Country: "XL", ASN: 64501, Type: measurement.NetworkFixed}
	if err := b.box.Append(outbox.Origin{Network: network, Plan: "p"}, record); err != nil {
		t.Fatal(err)
	}
	if err := b.box.Seal(); err != nil {
		t.Fatal(err)
	}
}

// run delivers until the condition holds.
func (b *bench) run(t *testing.T, until func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	done := make(chan struct{})
	go func() { b.courier.Run(ctx); close(done) }()
	for !until() {
		if ctx.Err() != nil {
			t.Fatalf("what was awaited does not come; the outbox holds %+v", b.box.Stats())
		}
		time.Sleep(2 * time.Millisecond)
	}
	cancel()
	<-done
}

func (b *bench) delivered(n int) func() bool {
	return func() bool { return len(b.gateway.Batches()) == n && b.box.Stats().Waiting == 0 }
}

// What is not surely the gateway's refusal costs no data, and does not keep other units back.
func TestRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		refuse   func(*servertest.Gateway, http.ResponseWriter)
		rejected int // of two, the first of which is refused
		waiting  int
		trouble  string
	}{
		"signed for good":   {func(g *servertest.Gateway, w http.ResponseWriter) { g.RefuseSigned(w, 400, "bad_header") }, 1, 0, ""},
		"too large":         {func(g *servertest.Gateway, w http.ResponseWriter) { g.RefuseSigned(w, 413, "too_large") }, 1, 0, ""},
		"of its time":       {func(g *servertest.Gateway, w http.ResponseWriter) { g.RefuseSigned(w, 422, "clock") }, 0, 1, ""},
		"of its vantage":    {func(g *servertest.Gateway, w http.ResponseWriter) { g.RefuseSigned(w, 422, "vantage") }, 0, 1, ""},
		"of its schema":     {func(g *servertest.Gateway, w http.ResponseWriter) { g.RefuseSigned(w, 400, "unsupported_schema") }, 0, 1, ""},
		"signed for now":    {func(g *servertest.Gateway, w http.ResponseWriter) { g.RefuseSigned(w, 503, "not_durable") }, 0, 0, "gateway is not available (status 503)"},
		"busy":              {func(_ *servertest.Gateway, w http.ResponseWriter) { w.WriteHeader(429) }, 0, 0, "gateway is not available (status 429)"},
		"another's receipt": {func(g *servertest.Gateway, w http.ResponseWriter) { g.SignFor(w, measurement.BatchID{1}) }, 0, 0, "the receipt is not signed by the gateway's key"},
		"a proxy's 400":     {func(_ *servertest.Gateway, w http.ResponseWriter) { w.WriteHeader(400) }, 0, 1, "somebody answered in the gateway's place (status 400)"},
		"a proxy's lie": {func(_ *servertest.Gateway, w http.ResponseWriter) {
			w.WriteHeader(422)
			_, _ = io.WriteString(w, `{"error":"no_records","message":"m"}`)
		}, 0, 1, "somebody answered in the gateway's place (status 422)"},
		"a portal's page": {func(_ *servertest.Gateway, w http.ResponseWriter) { _, _ = io.WriteString(w, "<html>log in") }, 0, 0, "the receipt is not signed"},
		"a redirect": {func(_ *servertest.Gateway, w http.ResponseWriter) {
			w.Header().Set("Location", "/")
			w.WriteHeader(302)
		}, 0, 1, "somebody answered in the gateway's place (status 302)"},
	} {
		t.Run(name, func(t *testing.T) {
			b := setUp(t, nil)
			var asked atomic.Int32
			b.gateway.Refuse(func(w http.ResponseWriter) bool {
				if asked.Add(1) > 1 {
					return false
				}
				test.refuse(b.gateway, w)
				return true
			})
			b.add(t, 1)
			b.add(t, 2)
			b.run(t, func() bool {
				s := b.box.Stats()
				return s.Rejected == test.rejected && s.Waiting == test.waiting && len(b.gateway.Batches()) == 2-test.rejected-test.waiting
			})
			if got := <-b.trouble; !strings.HasPrefix(got, test.trouble) || (test.trouble == "") != (got == "") {
				t.Errorf("trouble is told as %q, want %q", got, test.trouble)
			}
		})
	}
}

// A gateway that is older than the probe is not sent the whole outbox to find that out of every unit.
func TestOlderGateway(t *testing.T) {
	b := setUp(t, nil)
	var asked atomic.Int32
	b.gateway.Refuse(func(w http.ResponseWriter) bool {
		asked.Add(1)
		b.gateway.RefuseSigned(w, 400, "unsupported_schema")
		return true
	})
	for n := range uint32(9) {
		b.add(t, n)
	}
	b.run(t, func() bool { return len(b.trouble) > 0 || asked.Load() == 9 })
	if n := asked.Load(); n != 3 || b.box.Stats().Waiting != 9 {
		t.Fatalf("%d units were sent, %+v", n, b.box.Stats())
	}
	if got := <-b.trouble; got != "the gateway does not know this program's batches yet: they wait" {
		t.Errorf("trouble is told as %q", got)
	}
}

// A gateway at several addresses is found at the one that answers, and looked for there first the next time.
func TestLearns(t *testing.T) {
	var attempts atomic.Int32
	liar := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { attempts.Add(1); w.WriteHeader(404) }))
	defer liar.Close()
	var cfg upload.Config
	b := setUp(t, func(c *upload.Config, g *servertest.Gateway) {
		c.Gateways = []string{"http://" + servertest.ClosedTCP(t, "127.20.0.3:0").String(), liar.URL, g.URL}
		cfg = *c
	})
	for mark := range uint32(5) {
		b.add(t, mark)
	}
	b.run(t, b.delivered(5))
	if n := attempts.Load(); n != 1 {
		t.Errorf("the address that lies was tried %d times, want once", n)
	}
	if err := b.courier.Client.Keep(b.state); err != nil {
		t.Fatal(err)
	}
	again, err := upload.NewClient(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	again.Remember(b.state)
	if _, err := again.Network(t.Context()); err != nil || attempts.Load() != 1 {
		t.Errorf("after a restart the address that lies was tried again (%v)", err)
	}
}

// A gateway that is silent until there is no time left does not come first again.
func TestSilentWay(t *testing.T) {
	gateway := servertest.NewGateway(t)
	silent := servertest.TCP(t, "127.20.0.66:0", servertest.Silence)
	client, err := upload.NewClient(settings(t, "http://"+silent.String(), gateway.URL))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := client.Key(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("the silent gateway: %v", err)
	}
	again, cancel := context.WithTimeout(t.Context(), 5*time.Second) // half of what the silent one may take
	defer cancel()
	if _, err := client.Key(again); err != nil {
		t.Errorf("the other gateway is not asked: %v", err)
	}
}

// A proxy gets the gateway's name as it is, and everything goes through it.
func TestProxy(t *testing.T) {
	gateway := servertest.NewGateway(t)
	_, port, err := net.SplitHostPort(strings.TrimPrefix(gateway.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan string, 10)
	proxy := servertest.TCP(t, "127.20.0.9:0", func(conn net.Conn) {
		hello, request := make([]byte, 3), make([]byte, 5)
		_, _ = io.ReadFull(conn, hello)
		_, _ = conn.Write([]byte{5, 0})
		_, _ = io.ReadFull(conn, request)
		rest := make([]byte, int(request[4])+2)
		_, _ = io.ReadFull(conn, rest)
		asked <- string(rest[:len(rest)-2])
		onward, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", "127.0.0.1:"+port)
		if err != nil {
			_, _ = conn.Write([]byte{5, 4, 0, 1, 0, 0, 0, 0, 0, 0})
			return
		}
		defer onward.Close()
		_, _ = conn.Write([]byte{5, 0, 0, 3, 1, 'x', 0, 0})
		go func() { _, _ = io.Copy(onward, conn) }()
		_, _ = io.Copy(conn, onward)
	})
	cfg := settings(t, "http://localhost:"+port)
	cfg.Proxy = "socks5://" + proxy.String()
	cfg.DoH = upload.DefaultDoH() // not to be used past a proxy
	client, err := upload.NewClient(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := client.Key(t.Context()); err != nil {
		t.Fatal(err)
	}
	if name := <-asked; name != "localhost" {
		t.Errorf("the proxy was asked for %q", name)
	}
	if _, err := client.Network(t.Context()); err == nil {
		t.Error("the proxy's network is taken for the probe's")
	}
}

func TestTime(t *testing.T) {
	gateway := servertest.NewGateway(t)
	gateway.SetClock(5 * time.Hour)
	client, err := upload.NewClient(settings(t, gateway.URL))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	told, err := client.Time(t.Context(), gateway.Key.Public().(ed25519.PublicKey))
	if ahead := time.Until(told); err != nil || ahead < 4*time.Hour || ahead > 6*time.Hour {
		t.Errorf("told %v: %v", told, err)
	}
	stranger, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Time(t.Context(), stranger); err == nil {
		t.Error("a time is believed that another key signed")
	}
}

// The pin holds for the gateway that it was made for, at whatever of its addresses.
func TestPin(t *testing.T) {
	first, second := servertest.NewGateway(t), servertest.NewGateway(t)
	state, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	pin := func(gateways ...string) *upload.Pin {
		client, err := upload.NewClient(settings(t, gateways...))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(client.Close)
		p, err := upload.NewPin(client, state, nil)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	want := first.Key.Public().(ed25519.PublicKey)
	if known := pin(first.URL).Known(); known != nil {
		t.Errorf("knows %x before it asked", known)
	}
	if got, err := pin(first.URL).Key(t.Context()); err != nil || !want.Equal(got) {
		t.Fatalf("%x, %v", got, err)
	}
	if got := pin(second.URL, first.URL).Known(); !want.Equal(got) {
		t.Errorf("one more address changes the pin to %x", got)
	}
	if got := pin(second.URL).Known(); got != nil {
		t.Errorf("another gateway is pinned to %x", got)
	}
	if err := state.WriteFile("gateway.json", []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	client, err := upload.NewClient(settings(t, first.URL))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := upload.NewPin(client, state, nil); err == nil || !strings.Contains(err.Error(), "delete it") {
		t.Errorf("a damaged pin: %v", err)
	}
}

func TestSettingsThatCannotWork(t *testing.T) {
	for name, change := range map[string]func(*upload.Config){
		"no gateway":          func(c *upload.Config) { c.Gateways = nil },
		"too many":            func(c *upload.Config) { c.Gateways = strings.Split(strings.Repeat("https://g.example ", 9), " ")[:9] },
		"plain http":          func(c *upload.Config) { c.Gateways = []string{"http://gateway.example"} },
		"a user's name":       func(c *upload.Config) { c.Gateways = []string{"https://me@gateway.example"} },
		"a proxy of no port":  func(c *upload.Config) { c.Proxy = "127.0.0.1" },
		"a DNS server's name": func(c *upload.Config) { c.DoH = []string{"https://dns.example/dns-query"} },
		"plain DNS":           func(c *upload.Config) { c.DoH = []string{"http://1.1.1.1/dns-query"} },
	} {
		cfg := settings(t, "https://gateway.example")
		change(&cfg)
		if _, err := upload.NewClient(cfg); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if data, err := json.Marshal(upload.DefaultDoH()); err != nil || !strings.Contains(string(data), "1.1.1.1") {
		t.Errorf("%s, %v", data, err)
	}
}

// What the gateway wants comes with every receipt, and so does that it wants nothing any more.
func TestWanted(t *testing.T) {
	b := setUp(t, nil)
	want := &measurement.Wanted{List: "ke-3", Targets: []uint16{4, 1}}
	b.gateway.Want(want)
	b.add(t, 1)
	b.run(t, b.delivered(1))
	b.gateway.Want(nil)
	b.add(t, 2)
	b.run(t, b.delivered(2))
	if len(b.wanted) != 2 || b.wanted[0] == nil || b.wanted[0].List != "ke-3" || !slices.Equal(b.wanted[0].Targets, want.Targets) || b.wanted[1] != nil {
		t.Errorf("it was told %+v", b.wanted)
	}
}
