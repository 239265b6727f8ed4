package lab

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/check/beat"
	"github.com/lamplight-net/lamplight/probes/internal/check/http"
	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// sight is what one volunteer sees of the lab.
type sight struct {
	anchors int // that answer, of four
	sites   map[string]measurement.Failure
	gateway bool // it is reached
}

// look sends one volunteer to look at everything.
func look(t *testing.T, p *premises, v volunteer) sight {
	t.Helper()
	system := p.resolvers[v.network.ASN].address
	vantage := &check.Vantage{
		Guard: v.guard, Roots: p.roots, Clock: clock.System{}, Timeouts: timeouts,
		System: &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return v.guard.Dial(ctx, "udp", system)
		}},
	}
	plan := p.planOf(v.network)
	pulse := beat.Take(t.Context(), vantage, plan.Domestic[v.network.Country], plan.Foreign)
	out := sight{
		anchors: int(pulse.Beat.Domestic.Answered + pulse.Beat.Foreign.Answered),
		sites:   make(map[string]measurement.Failure),
	}
	for n, target := range plan.Targets {
		records := http.Visit(t.Context(), vantage, check.Look{Number: uint32(n + 1), Class: target.Class}, target.URL)
		out.sites[hostOf(target.URL)] = records[len(records)-1].Failure
	}
	ctx, cancel := context.WithTimeout(t.Context(), timeouts.Connect)
	defer cancel()
	conn, err := v.guard.DialGateway(ctx, "tcp", strings.TrimPrefix(p.gateway, "http://"))
	if err == nil {
		out.gateway = true
		_ = conn.Close()
	}
	return out
}

// lookAll sends all of them at once: whoever is in the dark waits for everything in vain.
func lookAll(t *testing.T, p *premises, some []volunteer) []sight {
	out := make([]sight, len(some))
	var looking sync.WaitGroup
	for i, v := range some {
		looking.Go(func() { out[i] = look(t, p, v) })
	}
	looking.Wait()
	return out
}

func hostOf(target string) string {
	host, _, _ := strings.Cut(strings.TrimPrefix(target, "https://"), ":")
	return host
}

// opened returns a lab with this script, its servers running, and one volunteer of each network.
func opened(t *testing.T, text string) (*Lab, *premises, []volunteer) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "script.txt")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := New(Config{Script: file, Scale: 60, Seed: 1}, t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	p, err := l.open(ctx, newGateway(t).url)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, len(p.servers))
	for _, serve := range p.servers {
		go func() { done <- serve(ctx) }()
	}
	t.Cleanup(func() {
		cancel()
		for range p.servers {
			if err := <-done; err != nil {
				t.Errorf("stop: %v", err)
			}
		}
	})
	everybody, err := volunteers(1)
	if err != nil {
		t.Fatal(err)
	}
	var some []volunteer
	for _, v := range everybody {
		if len(some) == 0 || some[len(some)-1].network.ASN != v.network.ASN {
			some = append(some, v)
		}
	}
	return l, p, some
}

// Each act does to whom it names what it says, and nothing to anybody else.
func TestEffects(t *testing.T) {
	const acts = `
day 6h
act Lampland
  from 0m to 1h
  dark XL
act Mobile
  from 1h to 2h
  dark XL mobile
act Chat
  from 2h to 3h
  block chat.example in XL by nxdomain
act Video
  from 3h to 4h
  block video.example in XM by bogon
act Gateway
  from 4h to 5h
  gateway away
`
	l, p, some := opened(t, acts)
	everyone := func(volunteer) bool { return true }
	nobody := func(volunteer) bool { return false }
	in := func(country string) func(volunteer) bool {
		return func(v volunteer) bool { return v.network.Country == country }
	}
	mobile := func(v volunteer) bool { return in("XL")(v) && v.network.Type == measurement.NetworkMobile }

	for n, want := range []struct {
		name    string
		dark    func(volunteer) bool
		lied    func(volunteer) bool
		service string
		word    measurement.Failure // what the lie looks like
		away    func(volunteer) bool
	}{
		{"dark XL", in("XL"), nobody, "", "", in("XL")},
		{"dark XL mobile", mobile, nobody, "", "", mobile},
		{"block by nxdomain", nobody, in("XL"), "chat.example", measurement.FailureDNSNXDOMAIN, nobody},
		{"block by bogon", nobody, in("XM"), "video.example", measurement.FailureDNSBogon, nobody},
		{"gateway away", nobody, nobody, "", "", everyone},
		{"nothing", nobody, nobody, "", "", nobody},
	} {
		t.Run(want.name, func(t *testing.T) {
			var e effect
			if n < len(l.effects) {
				e = l.effects[n]
			}
			if err := l.apply(p, e); err != nil {
				t.Fatal(err)
			}
			for i, saw := range lookAll(t, p, some) {
				v := some[i]
				if dark := want.dark(v); (saw.anchors == 0) != dark || !dark && saw.anchors != 4 {
					t.Errorf("%s: %d anchors answer, dark is %t", v.network.Name, saw.anchors, dark)
				}
				for host, failure := range saw.sites {
					expected := measurement.Failure("")
					if want.lied(v) && host == want.service {
						expected = want.word
					}
					if want.dark(v) {
						expected = measurement.FailureTimeout
					}
					if failure != expected {
						t.Errorf("%s: %s fails with %q, want %q", v.network.Name, host, failure, expected)
					}
				}
				if away := want.away(v); saw.gateway == away {
					t.Errorf("%s: gateway is reached: %t", v.network.Name, saw.gateway)
				}
			}
		})
	}
}

// Every volunteer looks at what is in its own country and at what is abroad, and at nothing in the other.
func TestPlans(t *testing.T) {
	_, p, some := opened(t, "day 1h\nact A\nfrom 0m to 1h\ngateway away\n")
	for _, v := range some {
		plan := p.planOf(v.network).WithDefaults()
		if err := plan.Validate(); err != nil {
			t.Errorf("%s: %v", v.network.Name, err)
		}
		var hosts []string
		for _, target := range plan.Targets {
			hosts = append(hosts, hostOf(target.URL))
		}
		for host, own := range map[string]string{
			"news.lampland.example": "XL", "news.moorland.example": "XM",
			"encyclopedia.example": v.network.Country, "chat.example": v.network.Country, "video.example": v.network.Country,
		} {
			if slices.Contains(hosts, host) != (own == v.network.Country) {
				t.Errorf("%s looks at %v", v.network.Name, hosts)
			}
		}
		if len(plan.Domestic[v.network.Country]) != 2 || len(plan.Foreign) != 2 {
			t.Errorf("%s: anchors %v and %v", v.network.Name, plan.Domestic, plan.Foreign)
		}
	}
	for _, n := range Networks() {
		if !netip.MustParsePrefix("127.0.0.0/8").Contains(n.Prefix.Addr()) {
			t.Errorf("%s is not on loopback", n.Prefix)
		}
	}
}
