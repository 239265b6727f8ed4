package probes

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// runControl runs a control until something is so, which it fails without, and returns it.
func runControl(t *testing.T, cfg ControlConfig, until func() bool) *Control {
	t.Helper()
	c, err := NewControl(cfg, "test", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	for !until() && ctx.Err() == nil {
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	if err := <-ended; err != nil || !until() {
		t.Fatalf("what was awaited did not come: %v", err)
	}
	return c
}

// TestControlLooksByItself runs a control that answers nobody, on a plan, and looks at what its gateway gets.
func TestControlLooksByItself(t *testing.T) {
	site := servertest.TCP(t, "127.20.0.1:0", servertest.Say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
	resolver := servertest.DNS(t, "127.20.0.53:0", servertest.Zone(map[string][]string{"site.example": {"127.20.0.1"}}))
	provider := servertest.DNS(t, "127.20.0.54:0", servertest.Zone(map[string][]string{"site.example": {"127.20.0.1"}}))
	gateway := servertest.NewGateway(t)
	cfg := controlConfig(t)
	cfg.Listen, cfg.Rounds.Gateway, cfg.Rounds.State, cfg.Rounds.System = "", gateway.URL, t.TempDir(), resolver
	cfg.Vantage, cfg.Ports = servertest.Vantage(t, resolver, nil), []uint16{site.Port()}
	cfg.Vantage.Clock = servertest.Quick(time.Now().Add(-48 * time.Hour))
	cfg.Rounds.Plan = filepath.Join(t.TempDir(), "plan.json")
	text := fmt.Sprintf(`{"version":"ke-7","targets":[{"url":"http://site.example:%d/","class":"domestic"}],"target_every":"5m",
		"resolvers":[{"address":"%s","class":"isp"},{"address":"%s","class":"public"}]}`, site.Port(), provider, resolver)
	if err := os.WriteFile(cfg.Rounds.Plan, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	pages := func() (n int) {
		for _, b := range gateway.Batches() {
			for _, line := range b.Lines {
				if line.Record.HTTP != nil && line.Record.HTTP.Status == 200 {
					n++
				}
			}
		}
		return n
	}
	c := runControl(t, cfg, func() bool { return pages() >= 2 })
	for i, b := range gateway.Batches() {
		h := b.Header
		if h.Vantage != measurement.VantageControl || h.Plan != "ke-7" || h.Software != "lamplight-control/test" || h.Network.Country != "XL" {
			t.Errorf("header %+v", h)
		}
		if h.Sequence != uint64(i+1) {
			t.Errorf("batch %d of the key's chain is numbered %d", i+1, h.Sequence)
		}
		if by := gateway.SignedBy(b.ID); by != string(c.key) {
			t.Errorf("signed by %x, want %x", by, c.key)
		}
		for _, line := range b.Lines {
			if d := line.Record.DNS; d != nil && d.Resolver == measurement.ResolverISP {
				t.Error("asked a provider's resolver")
			}
		}
	}
}

func TestRoundsNameTheFlag(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*ControlConfig){
		"--listen is empty and there is no --gateway":                     func(c *ControlConfig) { c.Listen = "" },
		"--plan, --list, --list-name and --gateway-key go with --gateway": func(c *ControlConfig) { c.Rounds.Plan = file },
		"--gateway: gateway \"http://gateway.example\" must be https":     func(c *ControlConfig) { withRounds(c).Gateway = "http://gateway.example" },
		"--country: name the country that the control is in":              func(c *ControlConfig) { withRounds(c); c.Country = "ZZ" },
		"--state: name a folder":                                          func(c *ControlConfig) { withRounds(c).State = "" },
		"--gateway-key is not an Ed25519 public key":                      func(c *ControlConfig) { withRounds(c).GatewayKey = "x" },
		"--plan and --list or --list-name: give one":                      func(c *ControlConfig) { r := withRounds(c); r.Plan, r.List = file, file },
		"--list and --list-name: give one":                                func(c *ControlConfig) { r := withRounds(c); r.ListName, r.List = "ke", file },
		"--list-name: \"a b\" is not a list's name":                       func(c *ControlConfig) { withRounds(c).ListName = "a b" },
		"--list-key, --list-needed: 2 of 0 keys cannot make a list":       func(c *ControlConfig) { withRounds(c).ListName = "ke" },
		"--plan: open /nowhere":                                           func(c *ControlConfig) { withRounds(c).Plan = "/nowhere" },
		"--list: open /nowhere":                                           func(c *ControlConfig) { withRounds(c).List = "/nowhere" },
		"--list: not a list with its signatures":                          func(c *ControlConfig) { withRounds(c).List = file },
		"--list-key: open /nowhere":                                       func(c *ControlConfig) { r := withRounds(c); r.List, r.ListKeys = file, []string{"/nowhere"} },
		"--list-key: " + file + ": ":                                      func(c *ControlConfig) { r := withRounds(c); r.List, r.ListKeys = file, []string{file} },
		"--list, --list-key, --list-needed: 2 of 0 keys cannot make a":    func(c *ControlConfig) { withRounds(c).List = unsigned(t) },
	} {
		cfg := controlConfig(t)
		change(&cfg)
		if _, err := NewControl(cfg, "test", slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
}

func withRounds(c *ControlConfig) *RoundsConfig {
	c.Rounds = RoundsConfig{Gateway: "https://gateway.example", ListNeeded: 2, State: "unused"}
	return &c.Rounds
}

func unsigned(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "list")
	if err := os.WriteFile(name, []byte(`{"list":"e30=","signatures":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestRoundsWithoutAPlan looks at what every probe is built with.
func TestRoundsWithoutAPlan(t *testing.T) {
	var r rounds
	if err := (&RoundsConfig{}).choose(&r); err != nil || len(r.given.Plan.Targets) == 0 || r.name != "" {
		t.Errorf("%+v, %v", r.given, err)
	}
	if what := r.looking(r.given).Plan; slices.ContainsFunc(what.Resolvers, func(r plan.Resolver) bool { return r.Class == measurement.ResolverISP }) {
		t.Errorf("%+v", what)
	}
}
