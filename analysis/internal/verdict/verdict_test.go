package verdict_test

import (
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/internal/verdict"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// The cast. The site lives at one address of the control's and the probe's answers; near is in its /24, cache in a
// provider's network with the site's certificate, proxy in a provider's network without.
const (
	site, near, cache, proxy = "93.184.216.34", "93.184.216.99", "130.192.182.17", "83.224.65.41"
	site6                    = "2606:2800:220:1::1"
	https, plain             = "https://www.site.example/", "http://www.site.example/"

	reset    = measurement.FailureConnectionReset
	refused  = measurement.FailureConnectionRefused
	timeout  = measurement.FailureTimeout
	nxdomain = measurement.FailureDNSNXDOMAIN
	noAnswer = measurement.FailureDNSNoAnswer
)

type records = []measurement.Record

// dns is a question of A to a resolver; an answer that is no public address is private.
func dns(resolver measurement.Resolver, transport measurement.Transport, failure measurement.Failure, answers ...string) measurement.Record {
	r := measurement.Record{Kind: measurement.KindDNS, Target: "www.site.example", Failure: failure,
		DNS: &measurement.DNS{Resolver: resolver, Transport: transport, Query: "A"}}
	for _, text := range answers {
		address := netip.MustParseAddr(text)
		answer := measurement.Answer{Class: measurement.AddressClassOf(address)}
		if answer.Class == measurement.AddressPublic {
			answer.Address = address
		}
		r.DNS.Answers = append(r.DNS.Answers, answer)
	}
	return r
}

func system(failure measurement.Failure, answers ...string) measurement.Record {
	return dns(measurement.ResolverSystem, measurement.TransportSystem, failure, answers...)
}

func public(failure measurement.Failure, answers ...string) measurement.Record {
	return dns(measurement.ResolverPublic, measurement.TransportUDP, failure, answers...)
}

func doh(failure measurement.Failure, answers ...string) measurement.Record {
	return dns(measurement.ResolverPublic, measurement.TransportDoH, failure, answers...)
}

func tcp(address string, failure measurement.Failure) measurement.Record {
	return measurement.Record{Kind: measurement.KindTCP, Target: "www.site.example:443", Failure: failure, DurationMS: 40,
		TCP: &measurement.TCP{Address: netip.MustParseAddr(address)}}
}

func tls(address string, failure measurement.Failure) measurement.Record {
	return measurement.Record{Kind: measurement.KindTLS, Target: "www.site.example:443", Failure: failure,
		TLS: &measurement.TLS{Address: netip.MustParseAddr(address), ServerName: "www.site.example"}}
}

func quic(failure measurement.Failure) measurement.Record {
	return measurement.Record{Kind: measurement.KindQUIC, Target: "www.site.example:443", Failure: failure,
		QUIC: &measurement.QUIC{Address: netip.MustParseAddr(site), ServerName: "www.site.example"}}
}

func with(r measurement.Record, change func(*measurement.Record)) measurement.Record {
	change(&r)
	return r
}

func page(url string, failure measurement.Failure, h measurement.HTTP) measurement.Record {
	return measurement.Record{Kind: measurement.KindHTTP, Target: url, Failure: failure, HTTP: &h}
}

var (
	full  = measurement.HTTP{Status: 200, BodyBytes: 1533, TitleSHA256: strings.Repeat("a", 64)}
	other = measurement.HTTP{Status: 200, BodyBytes: 188, TitleSHA256: strings.Repeat("b", 64)}
	empty = measurement.HTTP{}
)

func good(url string) records {
	return records{system("", site), tcp(site, ""), tls(site, ""), page(url, "", full)}
}

// failed is a look whose page failed as its last record did.
func failed(url string, beneath ...measurement.Record) records {
	return append(beneath, page(url, beneath[len(beneath)-1].Failure, empty))
}

func asn(a netip.Addr) uint32 {
	return map[string]uint32{site: 15133, cache: 137, proxy: 30722, "198.41.0.4": 15133}[a.String()]
}

func beat(change func(*measurement.Beat)) measurement.Record {
	b := measurement.Beat{Domestic: measurement.Reach{Tried: 2, Answered: 2}, Foreign: measurement.Reach{Tried: 2, Answered: 2}}
	change(&b)
	return measurement.Record{Kind: measurement.KindBeat, Beat: &b}
}

// conflicting is an answer that the site's follows.
func conflicting(r measurement.Record) measurement.Record {
	r.DNS.Conflict, r.DNS.Other = true, &measurement.Reply{Answers: system("", site).DNS.Answers}
	return r
}

type scene struct {
	name           string
	probe, control records
	clock          bool
	inVain         int // hosts that HTTP/3 was tried with in vain
	class          verdict.Class
	how            []verdict.How
	rules          []string
}

func (s scene) look() verdict.Look {
	return verdict.Look{Probe: s.probe, Control: s.control, ASN: asn, ClockWrong: s.clock, QUICInVain: s.inVain}
}

func TestJudge(t *testing.T) {
	for _, s := range slices.Concat(localScenes(), nameScenes(), connectScenes(), pageScenes(), downScenes()) {
		t.Run(s.name, func(t *testing.T) {
			got := verdict.Judge(s.look())
			want := verdict.Verdict{Class: s.class, How: s.how, Rules: s.rules, Reason: got.Reason}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if s.class == verdict.Blocked != (len(got.How) > 0) {
				t.Errorf("%s with ways %v", got.Class, got.How)
			}
		})
	}
}

// TestEveryRule holds the table: ids stay and are alone, every rule says something, and each decides or is told in a
// scene.
func TestEveryRule(t *testing.T) {
	told := map[string]bool{}
	for _, s := range slices.Concat(localScenes(), nameScenes(), connectScenes(), pageScenes(), downScenes()) {
		for _, id := range s.rules {
			told[id] = true
		}
	}
	seen := map[string]bool{}
	for _, rule := range verdict.Rules() {
		if seen[rule.ID] || strings.Trim(rule.ID, "abcdefghijklmnopqrstuvwxyz.-") != "" {
			t.Errorf("%s: stands twice, or is no id", rule.ID)
		}
		seen[rule.ID] = true
		if !strings.HasSuffix(rule.Reason, ".") || (rule.Class == verdict.Blocked) != (rule.How != "") {
			t.Errorf("%s: class %q, way %q, reason %q", rule.ID, rule.Class, rule.How, rule.Reason)
		}
		if !told[rule.ID] {
			t.Errorf("%s: no scene ends with it", rule.ID)
		}
	}
}

func TestBlocked(t *testing.T) {
	all := map[verdict.Class][2]bool{
		verdict.Accessible: {false, true}, verdict.Blocked: {true, true}, verdict.Down: {false, true},
		verdict.Inconclusive: {false, false}, verdict.Local: {false, false},
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(all)), verdict.Classes()); diff != "" {
		t.Errorf("classes (-want +got):\n%s", diff)
	}
	for _, rule := range verdict.Rules() {
		if rule.Class != "" && !slices.Contains(verdict.Classes(), rule.Class) {
			t.Errorf("%s: no class is called %q", rule.ID, rule.Class)
		}
	}
	for class, want := range all {
		if blocked, known := (verdict.Verdict{Class: class}).Blocked(); blocked != want[0] || known != want[1] {
			t.Errorf("%s: %v, %v; want %v", class, blocked, known, want)
		}
	}
}

// TestNothing checks that looks with little in them get a verdict, and not a crash.
func TestNothing(t *testing.T) {
	for _, r := range append(good(https), measurement.Record{}, quic(reset)) {
		for _, look := range []verdict.Look{{}, {Probe: records{r}}, {Control: records{r}}, {Probe: records{r}, Control: good(https)}} {
			if got := verdict.Judge(look); got.Class == "" || got.Class == verdict.Blocked && r.QUIC == nil {
				t.Errorf("%s record alone: %+v", r.Kind, got)
			}
		}
	}
}

// TestOrderOfRecords checks that a verdict does not hang on the order in which steps ended.
func TestOrderOfRecords(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	for _, s := range slices.Concat(localScenes(), nameScenes(), connectScenes(), pageScenes(), downScenes()) {
		for range 20 {
			for _, part := range []records{s.probe, s.control} {
				dice.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
			}
			got := verdict.Judge(s.look())
			if got.Class != s.class || !slices.Equal(got.Rules, s.rules) {
				t.Errorf("%s, in another order: %+v", s.name, got)
				break
			}
		}
	}
}

// TestNoControl checks that a look without one accuses nobody but by the two rules that need none, and neither does one
// whose control could not look.
func TestNoControl(t *testing.T) {
	lone := []string{"http.block-page", "dns.useless-where-others-resolve"}
	for _, s := range slices.Concat(localScenes(), nameScenes(), connectScenes(), pageScenes(), downScenes()) {
		for name, control := range map[string]records{"none": nil, "offline": {page(https, measurement.FailureNetworkUnreach, empty)}} {
			look := s.look()
			look.Control = control
			got := verdict.Judge(look)
			if got.Class == verdict.Down || got.Class == verdict.Blocked && !slices.Contains(lone, got.Rules[0]) {
				t.Errorf("%s, control %s: %+v", s.name, name, got)
			}
		}
	}
}
