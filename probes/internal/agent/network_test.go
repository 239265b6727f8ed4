package agent_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/internal/uplink"
)

// cable is what the machine hangs on.
type cable struct {
	mu   sync.Mutex
	mark string
}

func (c *cable) set(mark string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mark = mark
}

func (c *cable) look() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mark
}

// TestMoves takes a machine to another network while the gateway is away: what it measures there is of an unknown
// network, signed by no key of the first, until the gateway says where it is. A cable that is out is no other network.
func TestMoves(t *testing.T) {
	gateway := servertest.NewGateway(t)
	cfg := country(t)
	cfg.Gateway = gateway.URL
	at := &cable{mark: "home"}
	cfg.Uplink = at.look
	a := start(t, cfg)
	stop := goRun(t, a)
	inCountry := func(code string) func() bool {
		return func() bool { return a.Status().Network.Country == code }
	}
	await(t, inCountry("XL"))
	gateway.Place("", http.StatusServiceUnavailable)
	at.set(uplink.None)
	if got := a.Status().Network.Country; got != "XL" {
		t.Errorf("without a cable the machine is in %s", got)
	}
	at.set("away")
	await(t, func() bool { return inCountry("ZZ")() && countedIn(gateway, "ZZ") > 2 })
	stop()

	// A restart does not make it known, and coming home does.
	a = start(t, cfg)
	stop = goRun(t, a)
	await(t, func() bool { return a.Status().Running })
	if got := a.Status().Network.Country; got != "ZZ" {
		t.Errorf("after a restart elsewhere the machine is in %s", got)
	}
	at.set("home")
	if got := a.Status().Network.Country; got != "XL" {
		t.Errorf("at home again the machine is in %s", got)
	}
	stop()
	at.set("away")
	gateway.Place("XM", http.StatusOK)
	a = start(t, cfg)
	goRun(t, a)
	await(t, func() bool { return inCountry("XM")() && countedIn(gateway, "XM") > 0 })

	countries := map[string]string{}
	for _, b := range gateway.Batches() {
		key := gateway.SignedBy(b.ID)
		if known, ok := countries[key]; ok && known != b.Header.Network.Country {
			t.Errorf("one key signs for %s and %s", known, b.Header.Network.Country)
		}
		countries[key] = b.Header.Network.Country
	}
}

func countedIn(g *servertest.Gateway, country string) int {
	n := 0
	for _, b := range g.Batches() {
		if b.Header.Network.Country == country {
			n++
		}
	}
	return n
}

// TestSlowTargets fills every place for looks with targets that never answer: beats go on.
func TestSlowTargets(t *testing.T) {
	gateway := servertest.NewGateway(t)
	cfg := country(t)
	cfg.Gateway = gateway.URL
	silent := servertest.TCP(t, "127.20.0.66:0", servertest.Silence)
	target := cfg.Plan.Targets[0]
	cfg.Plan.Targets, cfg.Plan.Resolvers = nil, nil
	for n := range 100 {
		target.URL = "http://" + silent.String() + "/" + string(rune('a'+n%26)) + string(rune('a'+n/26))
		cfg.Plan.Targets = append(cfg.Plan.Targets, target)
	}
	cfg.Timeouts.HTTP, cfg.Timeouts.Anchor = time.Hour, 10*time.Second
	begin := len(gateway.Batches())
	run(t, cfg, func() bool { return kinds(gateway)["beat "] >= 25 })
	if k := kinds(gateway); k["http "] > 0 || begin > 0 {
		t.Errorf("silent targets answered: %v", k)
	}
}
