package agent_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/agent"
	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/internal/upload"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// country is a site, an anchor and a resolver on loopback.
func country(t *testing.T) agent.Config {
	t.Helper()
	site := servertest.TCP(t, "127.20.0.1:0", serveHTTP("welcome"))
	resolver := servertest.DNS(t, "127.20.0.53:0", servertest.Zone(map[string][]string{"www.site.example": {"127.20.0.1"}}))
	g, err := guard.ForLab(netip.MustParsePrefix("127.20.0.0/16"), netip.MustParseAddr("127.20.9.9"))
	if err != nil {
		t.Fatal(err)
	}
	return agent.Config{
		State: t.TempDir(), Software: "test/1", Guard: g, System: resolver, Clock: servertest.Quick(time.Now()),
		Timeouts: check.Timeouts{
			Anchor: time.Minute, DNS: time.Minute, Connect: time.Minute, TLS: time.Minute, HTTP: time.Minute, Conflict: time.Millisecond,
		},
		Plan: plan.Plan{
			Version:   "test-1",
			Domestic:  map[string][]string{"XL": {fmt.Sprintf("http://%s/", site)}},
			Foreign:   []string{fmt.Sprintf("http://%s/", servertest.ClosedTCP(t, "127.20.0.2:0"))},
			Targets:   []plan.Target{{URL: fmt.Sprintf("http://www.site.example:%d/", site.Port()), Class: measurement.ClassDomestic}},
			Resolvers: []plan.Resolver{{Address: resolver, Class: measurement.ResolverISP}}, TargetEvery: 5 * time.Minute,
		},
		Backoff: upload.Backoff{Base: time.Millisecond, Max: 10 * time.Millisecond},
		Log:     slog.New(slog.DiscardHandler),
	}
}

func serveHTTP(body string) servertest.Behavior {
	return servertest.Say(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body))
}

// run runs an agent until the condition holds.
func run(t *testing.T, cfg agent.Config, until func() bool) {
	t.Helper()
	a, err := agent.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	for !until() {
		select {
		case err := <-done:
			t.Fatalf("the agent ended before what was awaited: %v", err)
		case <-time.After(5 * time.Millisecond):
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// kinds counts the records that the gateway has, by kind and failure.
func kinds(g *servertest.Gateway) map[string]int {
	out := map[string]int{}
	for _, b := range g.Batches() {
		for _, line := range b.Lines {
			out[string(line.Record.Kind)+" "+string(line.Record.Failure)]++
		}
	}
	return out
}

// TestRun follows a probe's records to a gateway.
func TestRun(t *testing.T) {
	gateway := servertest.NewGateway(t)
	cfg := country(t)
	cfg.Gateway = gateway.URL
	run(t, cfg, func() bool { k := kinds(gateway); return k["beat "] >= 5 && k["http "] >= 2 })

	for i, b := range gateway.Batches() {
		want := measurement.Network{Country: "XL", ASN: 64501, Type: measurement.NetworkUnknown}
		if b.Header.Network != want || b.Header.Plan != "test-1" || b.Header.Sequence != uint64(i+1) || b.Header.Generated {
			t.Errorf("batch %d has header %+v", i, b.Header)
		}
		checks := map[uint32][]string{}
		for _, line := range b.Lines {
			r := line.Record
			switch r.Kind {
			case measurement.KindBeat:
				want := &measurement.Beat{Domestic: measurement.Reach{Tried: 1, Answered: 1}, Foreign: measurement.Reach{Tried: 1}}
				if diff := cmp.Diff(want, r.Beat); diff != "" {
					t.Errorf("beat (-want +got):\n%s", diff)
				}
			default:
				checks[r.Check] = append(checks[r.Check], string(r.Kind))
			}
		}
		for number, got := range checks {
			if diff := cmp.Diff([]string{"dns", "dns", "tcp", "http", "dns", "dns", "dns"}, got); diff != "" {
				t.Errorf("check %d (-want +got):\n%s", number, diff)
			}
		}
	}
}

// What few have looked at, as a receipt says, is looked at more often than the rest.
func TestWantedIsLookedAtMore(t *testing.T) {
	gateway := servertest.NewGateway(t)
	cfg := country(t)
	cfg.Gateway = gateway.URL
	second := cfg.Plan.Targets[0]
	second.URL += "second"
	cfg.Plan.Targets = append(cfg.Plan.Targets, second)
	gateway.Want(&measurement.Wanted{List: "test-1", Targets: []uint16{1}})
	run(t, cfg, func() bool {
		looks := map[string]int{}
		for _, b := range gateway.Batches() {
			for _, line := range b.Lines {
				if line.Record.Kind == measurement.KindHTTP {
					looks[line.Record.Target]++
				}
			}
		}
		return looks[second.URL] > looks[cfg.Plan.Targets[0].URL]+2
	})
}

// TestGatewayAway keeps the gateway away while a probe measures, stops and starts again: everything
// arrives in the end, once, and in one chain.
func TestGatewayAway(t *testing.T) {
	gateway := servertest.NewGateway(t)
	refused := make(chan struct{}, 1000)
	gateway.Refuse(func(w http.ResponseWriter) bool {
		w.WriteHeader(http.StatusServiceUnavailable)
		refused <- struct{}{}
		return true
	})
	cfg := country(t)
	cfg.Gateway = gateway.URL
	run(t, cfg, func() bool { return len(refused) >= 3 })
	if got := kinds(gateway); len(got) > 0 {
		t.Fatalf("the gateway took %v while it was away", got)
	}
	gateway.Refuse(nil)
	run(t, cfg, func() bool { return len(gateway.Batches()) >= 3 })

	previous := ""
	seen := map[measurement.RecordID]bool{}
	for i, b := range gateway.Batches() {
		if b.Header.Sequence != uint64(i+1) || b.Header.Previous != previous {
			t.Errorf("batch %d is number %d of its chain, after %q", i, b.Header.Sequence, b.Header.Previous)
		}
		previous = b.ID.String()
		for _, line := range b.Lines {
			if seen[line.ID] {
				t.Errorf("record %s arrived twice", line.ID)
			}
			seen[line.ID] = true
		}
	}
}

func TestRunRefuses(t *testing.T) {
	gateway := servertest.NewGateway(t)
	t.Run("a folder in use", func(t *testing.T) {
		cfg := country(t)
		cfg.Gateway = gateway.URL
		second, err := agent.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		before := len(gateway.Batches())
		run(t, cfg, func() bool {
			if len(gateway.Batches()) == before {
				return false
			}
			if err := second.Run(t.Context()); err == nil {
				t.Error("two agents share a state folder")
			}
			return true
		})
	})
	for name, spoil := range map[string]func(*agent.Config){
		"no state":                  func(c *agent.Config) { c.State = "" },
		"plain http":                func(c *agent.Config) { c.Gateway = "http://gateway.example" },
		"no gateway":                func(c *agent.Config) { c.Gateway = "" },
		"too often":                 func(c *agent.Config) { c.Plan.BeatEvery = time.Second },
		"an impossible country":     func(c *agent.Config) { c.Network = &measurement.Network{Country: "Utopia", Type: "fixed"} },
		"software without a name":   func(c *agent.Config) { c.Software = "" },
		"a plan without a version":  func(c *agent.Config) { c.Plan.Version = "" },
		"an anchor that is a place": func(c *agent.Config) { c.Plan.Foreign = []string{"localhost"} },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := country(t)
			cfg.Gateway = gateway.URL
			spoil(&cfg)
			if _, err := agent.New(cfg); err == nil {
				t.Error("taken")
			}
		})
	}
}
