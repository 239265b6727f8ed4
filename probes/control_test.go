package probes

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/control"
	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
)

func controlConfig(t *testing.T) ControlConfig {
	t.Helper()
	return ControlConfig{Listen: "127.0.0.1:0", KeyFile: t.TempDir() + "/control.key", Country: "XL", PerCaller: 60, Total: 600, Looks: 8, Keep: time.Minute}
}

func TestNewControlNamesTheFlag(t *testing.T) {
	for want, change := range map[string]func(*ControlConfig){
		"--tls-cert and --tls-key: give both or neither":               func(c *ControlConfig) { c.TLSKey = "x" },
		`--country is "Lampland": give two capital letters`:            func(c *ControlConfig) { c.Country = "Lampland" },
		"--rate-per-network: 0 is not between 1 and":                   func(c *ControlConfig) { c.PerCaller = 0 },
		"--rate-total: -1 is not between 1 and":                        func(c *ControlConfig) { c.Total = -1 },
		"--looks: 99999 is not between 1 and":                          func(c *ControlConfig) { c.Looks = 99999 },
		"--keep: 24h0m0s is not between 1s and 1h":                     func(c *ControlConfig) { c.Keep = 24 * time.Hour },
		`--listen: "here" is not an address like`:                      func(c *ControlConfig) { c.Listen = "here" },
		`--trusted-proxy: "nobody" is not a network like 192.0.2.0/24`: func(c *ControlConfig) { c.TrustedProxies = []string{"nobody"} },
		"--key: make the key: open /nowhere/control.key: no such file": func(c *ControlConfig) { c.KeyFile = "/nowhere/control.key" },
	} {
		cfg := controlConfig(t)
		change(&cfg)
		if _, err := NewControl(cfg, "test", slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
}

// TestControl runs a control as its operator does, asks it, and looks at what its operator sees.
func TestControl(t *testing.T) {
	site := servertest.TCP(t, "127.20.0.1:0", servertest.Say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
	cfg := controlConfig(t)
	resolver := servertest.DNS(t, "127.20.0.53:0", servertest.Zone(map[string][]string{"site.example": {"127.20.0.1"}}))
	cfg.Vantage, cfg.Ports = servertest.Vantage(t, resolver, nil), []uint16{site.Port()}
	var logged bytes.Buffer
	c, err := NewControl(cfg, "test", slog.New(slog.NewTextHandler(&logged, nil)))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", cfg.Listen)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Serve(ctx, listener) }()
	client, err := control.NewClient("http://"+listener.Addr().String(), c.key, guard.New(), nil)
	if err != nil {
		t.Fatal(err)
	}
	found, err := client.Ask(t.Context(), []control.Target{{URL: "http://site.example:" + strconv.Itoa(int(site.Port())) + "/"}})
	if err != nil || len(found[0]) != 4 || found[0][3].HTTP == nil || found[0][3].HTTP.Status != 200 {
		t.Errorf("%+v, %v", found, err)
	}
	for name, want := range map[string]uint64{"requests_total": 1, "refused_total": 0, "targets_total": 1, "looks_total": 1, "kept_total": 0, "limited_total": 0} {
		if got := c.Counts()[name](); got != want {
			t.Errorf("%s is %d, want %d", name, got, want)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if lines := strings.Count(logged.String(), "\n"); lines != 1 || strings.Contains(logged.String(), "site.example") {
		t.Errorf("logged what was asked:\n%s", logged.String())
	}
}

func TestCaller(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, test := range []struct{ name, remote, forwarded, want string }{
		{"nobody between", "198.51.100.7:5", "", "198.51.100.7"},
		{"a stranger's word is not believed", "198.51.100.7:5", "192.0.2.1", "198.51.100.7"},
		{"a proxy", "10.0.0.1:5", "192.0.2.1", "192.0.2.1"},
		{"two proxies, and what the caller made up", "10.0.0.1:5", "203.0.113.9, 192.0.2.1, 10.0.0.2", "192.0.2.1"},
		{"a proxy without a word", "10.0.0.1:5", "", "10.0.0.1"},
		{"nonsense", "10.0.0.1:5", "nobody", "10.0.0.1"},
		{"an address in the other spelling", "[::ffff:198.51.100.7]:5", "", "198.51.100.7"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/control", nil)
		r.RemoteAddr = test.remote
		if test.forwarded != "" {
			r.Header.Set("X-Forwarded-For", test.forwarded)
		}
		if got := caller(r, proxies).String(); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestOnceComparesWithAControl(t *testing.T) {
	for _, test := range []struct {
		name string
		at   string
		urls []string
		out  string
		err  string
	}{
		{"one that is not there", "http://127.0.0.1:1", []string{"http://127.0.0.1/"}, "  nothing to compare with: the control cannot be reached\n", ""},
		{"one in the clear", "http://control.example.org", []string{"http://127.0.0.1/"}, "", "--control: control \"http://control.example.org\" must be https"},
		{"none", "", []string{"http://127.0.0.1/"}, "not tried: a probe only connects to public addresses", ""},
		{"nothing to look at", "http://127.0.0.1:1", nil, "", "name at least one URL"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			err := Once(t.Context(), OnceConfig{URLs: test.urls, Control: test.at}, &out, io.Discard)
			if test.err == "" && err != nil || test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) || !strings.Contains(out.String(), test.out) {
				t.Errorf("%v\n%s", err, out.String())
			}
			if test.name == "none" && strings.Contains(out.String(), "control") {
				t.Error("spoke of a control that nobody named")
			}
		})
	}
}

func TestBlockPages(t *testing.T) {
	recognize, err := BlockPages()
	if err != nil {
		t.Fatal(err)
	}
	if id := recognize(http.Header{}, []byte("<title>hello</title>")); id != "" {
		t.Errorf("an ordinary page is %q", id)
	}
	if _, err := BlockPages("/nowhere.csv"); err == nil || !strings.Contains(err.Error(), "--fingerprints /nowhere.csv") {
		t.Errorf("%v", err)
	}
}
