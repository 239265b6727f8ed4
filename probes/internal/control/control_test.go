package control

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const page = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n<title>hello</title>"

var testKey = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

// outside is a control in a world of a few servers on this machine.
type outside struct {
	*Server
	web    *httptest.Server
	visits atomic.Int64 // connections to the site
	url    string       // of the site
	closed netip.Addr   // of the site's port: nobody listens
}

// newOutside starts a site with a certificate, a resolver that knows it, and a control. change may limit it.
func newOutside(t *testing.T, change func(*Config)) *outside {
	t.Helper()
	o := &outside{closed: netip.MustParseAddr("127.20.0.77")}
	authority := servertest.NewAuthority(t)
	say := servertest.Shake(authority.Certificate("www.site.example", time.Hour), servertest.Say(page))
	at := servertest.TCP(t, "127.20.0.1:0", func(conn net.Conn) {
		o.visits.Add(1)
		say(conn)
	})
	// A further address of the site, at the same port.
	servertest.TCP(t, netip.AddrPortFrom(netip.MustParseAddr("127.20.0.2"), at.Port()).String(), say)
	// A site that leads to a name of somebody else's address.
	servertest.TCP(t, netip.AddrPortFrom(netip.MustParseAddr("127.20.0.3"), at.Port()).String(),
		servertest.Say("HTTP/1.1 302 Found\r\nLocation: http://b.made.up.example:"+strconv.Itoa(int(at.Port()))+"/\r\nContent-Length: 0\r\n\r\n"))
	var many []string // addresses at which nobody listens
	for n := range 40 {
		many = append(many, "127.20.7."+strconv.Itoa(n+1))
	}
	resolver := servertest.DNS(t, "127.20.0.53:0", servertest.Zone(map[string][]string{
		"www.site.example": {"127.20.0.1"}, "a.made.up.example": {"127.20.0.77"}, "b.made.up.example": {"127.20.0.78"}, "leads.example": {"127.20.0.3"},
		"many.example": many, "far.example": {"127.20.8.1", "127.20.8.2"},
	}))
	generous := Rate{Every: time.Millisecond, Burst: 10_000}
	cfg := Config{
		Vantage: servertest.Vantage(t, resolver, authority.Pool()), Key: testKey, Software: "lamplight-control/test",
		Network: measurement.Network{Country: "XL", Type: measurement.NetworkUnknown}, Ports: []uint16{at.Port()},
		Caller:    func(*http.Request) netip.Addr { return netip.MustParseAddr("198.51.100.7") },
		PerCaller: generous, PerSite: generous, PerPrefix: generous, Found: generous, Crowd: generous, Total: generous, Looks: 8, Keep: time.Hour,
	}
	if change != nil {
		change(&cfg)
	}
	o.Server = New(cfg)
	o.web = httptest.NewServer(o.Server)
	t.Cleanup(o.web.Close)
	o.url = "https://www.site.example:" + strconv.Itoa(int(at.Port())) + "/"
	return o
}

func (o *outside) client(t *testing.T, key ed25519.PublicKey) *Client {
	t.Helper()
	c, err := NewClient(o.web.URL, key, guard.New(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// ask returns what the control saw of one target, a word a record.
func (o *outside) ask(t *testing.T, target Target) string {
	t.Helper()
	found, err := o.client(t, testKey.Public().(ed25519.PublicKey)).Ask(t.Context(), []Target{target})
	if err != nil {
		return err.Error()
	}
	var out []string
	for _, r := range found[0] {
		word := string(r.Kind)
		if r.TCP != nil {
			word += " " + r.TCP.Address.String()
		}
		if r.Failure != "" {
			word += " " + string(r.Failure)
		}
		out = append(out, word)
	}
	return strings.Join(out, ", ")
}

func TestControlLooks(t *testing.T) {
	o := newOutside(t, nil)
	const own = "dns, dns, tcp 127.20.0.1, tls"
	addresses := func(texts ...string) []netip.Addr {
		var out []netip.Addr
		for _, text := range texts {
			out = append(out, netip.MustParseAddr(text))
		}
		return out
	}
	for _, test := range []struct {
		name   string
		target Target
		want   string
	}{
		{"a site", Target{URL: o.url}, own + ", http"},
		{"the same again", Target{URL: o.url}, own + ", http"},
		{"another address that the caller was given", Target{URL: o.url, Addresses: addresses("127.20.0.2")}, own + ", tcp 127.20.0.2, tls, http"},
		{"one that refuses, and one that is the site's own", Target{URL: o.url, Addresses: addresses("127.20.0.77", "127.20.0.1")},
			own + ", tcp 127.20.0.77 connection_refused, http"},
		{"addresses that nobody may connect to", Target{URL: o.url, Addresses: addresses("10.0.0.1", "169.254.169.254", "::1", "127.0.0.1")}, own + ", http"},
		{"a name that is nobody's", Target{URL: strings.Replace(o.url, "www", "gone", 1), Addresses: addresses("127.20.0.2")},
			"dns dns_nxdomain_error, dns dns_nxdomain_error, http dns_nxdomain_error"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := o.ask(t, test.target); got != test.want {
				t.Errorf("saw  %s\nwant %s", got, test.want)
			}
		})
	}
	if n := o.visits.Load(); n != 1 {
		t.Errorf("the site was visited %d times, want once", n)
	}
}

// TestManyAskOnce checks that a crowd of probes costs a site one look.
func TestManyAskOnce(t *testing.T) {
	o := newOutside(t, nil)
	var asking sync.WaitGroup
	for range 100 {
		asking.Go(func() {
			if got := o.ask(t, Target{URL: o.url}); !strings.HasSuffix(got, "tls, http") {
				t.Error(got)
			}
		})
	}
	asking.Wait()
	if n := o.visits.Load(); n != 1 {
		t.Errorf("the site was visited %d times, want once", n)
	}
	if looks, targets := o.Counts.Looks.Load(), o.Counts.Targets.Load(); looks != 1 || targets != 100 || o.Counts.Kept.Load() != 99 {
		t.Errorf("%d looks for %d targets, %d kept", looks, targets, o.Counts.Kept.Load())
	}
}

func TestAnswerIsABatch(t *testing.T) {
	o := newOutside(t, nil)
	response, err := http.Post(o.web.URL+"/v1/control", "application/json", strings.NewReader(`{"targets":[{"url":"`+o.url+`"}]}`)) //nolint:noctx // a test's own server
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	key, _ := base64.StdEncoding.DecodeString(response.Header.Get("Lamplight-Key"))
	signature, _ := base64.StdEncoding.DecodeString(response.Header.Get("Lamplight-Signature"))
	if !measurement.VerifyAnswer(key, body, signature) {
		t.Error("the signature is not the key's")
	}
	if measurement.VerifyBatch(key, body, signature) {
		t.Error("whoever asked can deliver the answer in the control's name")
	}
	batch, err := measurement.Decode(key, body)
	if err != nil || len(batch.Rejected) > 0 || batch.Header.Vantage != measurement.VantageControl {
		t.Errorf("%v: %+v", err, batch)
	}
	if bytes.Contains(body, []byte("198.51.100")) {
		t.Error("the answer tells who asked")
	}
}

func TestControlRefuses(t *testing.T) {
	o := newOutside(t, nil)
	many := strings.Repeat(`{"url":"https://www.site.example/"},`, MaxTargets)
	for _, test := range []struct {
		name, body string
		status     int
		want       string
	}{
		{"nothing", ``, 400, "request is not JSON like"},
		{"no targets", `{"targets":[]}`, 400, "0 targets: give 1 to 16"},
		{"too many", `{"targets":[` + many + `{"url":"https://www.site.example/"}]}`, 400, "17 targets"},
		{"a field that it does not know", `{"targets":[{"url":"https://www.site.example/","method":"POST"}]}`, 400, "request is not JSON like"},
		{"two requests", `{"targets":[{"url":"https://www.site.example/"}]}{}`, 400, "something follows"},
		{"an address for a site", `{"targets":[{"url":"https://93.184.216.34/"}]}`, 400, "target 1: a control looks at names"},
		{"another scheme", `{"targets":[{"url":"ftp://www.site.example/"}]}`, 400, "is not a URL"},
		{"another port of many", `{"targets":[{"url":"` + o.url + `"},{"url":"https://www.site.example:22/"}]}`, 400, "target 2: a control looks at the ports of the web"},
		{"another port", `{"targets":[{"url":"https://www.site.example:22/"}]}`, 400, "target 1: a control looks at the ports of the web"},
		{"an address with a zone", `{"targets":[{"url":"` + o.url + `","addresses":["fe80::1%eth0"]}]}`, 400, "target 1: an address is none, or has a zone"},
		{"too many addresses", `{"targets":[{"url":"` + o.url + `","addresses":["1.1.1.1","1.1.1.1","1.1.1.1","1.1.1.1","1.1.1.1","1.1.1.1","1.1.1.1","1.1.1.1","1.1.1.1"]}]}`, 400, "9 addresses: give at most 8"},
		{"too long", `{"targets":[{"url":"https://www.site.example/` + strings.Repeat("x", maxRequestBytes) + `"}]}`, 413, "more than 65536 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			o.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/control", strings.NewReader(test.body)))
			if w.Code != test.status || !strings.Contains(w.Body.String(), test.want) {
				t.Errorf("%d %s; want %d %s", w.Code, w.Body, test.status, test.want)
			}
		})
	}
	if o.visits.Load() != 0 || o.Counts.Refused.Load() != 12 {
		t.Errorf("%d visits, %d refused", o.visits.Load(), o.Counts.Refused.Load())
	}
}

func TestControlLimits(t *testing.T) {
	once := Rate{Every: time.Hour, Burst: 1}
	const busy = "the control is busy or has seen enough of this network: try again later"
	second := func(o *outside) Target { return Target{URL: o.url + "other"} }
	for _, test := range []struct {
		name   string
		change func(*Config)
		second func(*outside) Target
		want   string
	}{
		{"a caller's network", func(c *Config) { c.PerCaller = once }, second, busy},
		{"a site", func(c *Config) { c.PerSite = once }, second, busy},
		{"altogether", func(c *Config) { c.Total = once }, second, busy},
		{"a network of addresses", func(c *Config) { c.PerPrefix = once }, func(o *outside) Target {
			return Target{URL: o.url, Addresses: []netip.Addr{netip.MustParseAddr("127.20.0.2"), netip.MustParseAddr("127.20.0.77"), netip.MustParseAddr("127.20.0.78")}}
		}, "one of them"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := newOutside(t, test.change)
			if got := o.ask(t, Target{URL: o.url}); !strings.HasSuffix(got, "http") {
				t.Fatal(got)
			}
			got := o.ask(t, test.second(o))
			if test.want == "one of them" {
				if n := strings.Count(got, "tcp "); n != 2 {
					t.Errorf("%s: want the site's own address and one more", got)
				}
			} else if got != test.want {
				t.Error(got)
			}
		})
	}
}

// Who asks again and again for a site that was seen enough takes nothing from those who ask for others.
func TestLimitedLooksAreFree(t *testing.T) {
	o := newOutside(t, func(c *Config) {
		c.PerSite, c.Total = Rate{Every: time.Hour, Burst: 1}, Rate{Every: time.Hour, Burst: 3}
	})
	for n := range 10 {
		o.ask(t, Target{URL: o.url + strconv.Itoa(n)})
	}
	if got := o.ask(t, Target{URL: strings.Replace(o.url, "www", "gone", 1)}); !strings.Contains(got, "dns_nxdomain_error") {
		t.Error(got)
	}
	if n := o.Counts.Limited.Load(); n != 9 {
		t.Errorf("%d looks were not taken", n)
	}
}

// TestLimiter counts by hand.
func TestLimiter(t *testing.T) {
	l := newLimiter[string](Rate{Every: time.Second, Burst: 3}, 2)
	now := time.Unix(0, 0)
	for i, step := range []struct {
		key   string
		n     int
		after time.Duration
		wait  time.Duration
	}{
		{"a", 2, 0, 0}, {"a", 2, 0, time.Second}, {"a", 1, 0, 0}, {"a", 1, 0, time.Second}, {"b", 3, 0, 0},
		{"a", 2, time.Second, time.Second}, {"a", 1, 0, 0}, {"a", 4, time.Hour, time.Second}, {"c", 3, 0, 0}, {"d", 3, 0, 0}, {"c", 3, 0, 3 * time.Second},
	} {
		now = now.Add(step.after)
		if wait, ok := l.allow(step.key, step.n, now); wait != step.wait || ok != (step.wait == 0) {
			t.Errorf("step %d: %v, %v; want %v", i, wait, ok, step.wait)
		}
	}
}

// A limit on what others may suffer forgets no one who is ahead: it refuses who is new, until it can forget another.
func TestLimiterThatForgetsNobody(t *testing.T) {
	l := newLimiter[string](Rate{Every: time.Second, Burst: 3}, 2)
	l.keeps = true
	now := time.Unix(0, 0)
	for i, step := range []struct {
		key   string
		n     int
		after time.Duration
		wait  time.Duration
	}{
		{"a", 3, 0, 0}, {"b", 2, 0, 0}, {"c", 1, 0, 2 * time.Second}, {"a", 1, 0, time.Second}, {"c", 1, time.Second, time.Second},
		{"c", 1, time.Second, 0}, {"b", 3, 0, time.Second}, {"d", 1, 0, time.Second}, {"d", 3, time.Second, 0},
		{"e", 1, 0, 0}, {"f", 1, time.Second, 0},
	} {
		now = now.Add(step.after)
		if wait, ok := l.allow(step.key, step.n, now); wait != step.wait || ok != (step.wait == 0) {
			t.Errorf("step %d: %v, %v; want %v", i, wait, ok, step.wait)
		}
	}
}

func TestNetwork(t *testing.T) {
	for text, want := range map[string]string{
		"198.51.100.7": "198.51.100.0/24", "::ffff:198.51.100.7": "198.51.100.0/24", "2001:db8:1:2::3": "2001:db8:1::/48", "fe80::1%eth0": "fe80::/48",
	} {
		if got := network(netip.MustParseAddr(text)).String(); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	if network(netip.Addr{}) != (netip.Prefix{}) {
		t.Error("no address has a network")
	}
}

func TestClientRefuses(t *testing.T) {
	for base, want := range map[string]string{
		"http://control.example.org": "must be https", "control": "is not a URL", "https://a:b@control.example.org": "is not a URL", "https://control.example.org/?a=b": "is not a URL",
	} {
		if _, err := NewClient(base, nil, guard.New(), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", base, err, want)
		}
	}
	record := measurement.Record{Kind: measurement.KindDNS, MeasuredAt: time.Unix(1_700_000_000, 0).UTC(), Check: 1, Target: "www.site.example",
		Class: measurement.ClassForeign, DNS: &measurement.DNS{Resolver: "system", Transport: "system", Query: "A"}}
	answer := func(vantage string, check uint32) []byte {
		r := record
		r.Check = check
		batch, err := measurement.Encode(measurement.Header{Schema: 1, Software: "x", CreatedAt: record.MeasuredAt, Vantage: vantage, Sequence: 1,
			Network: measurement.Network{Country: "ZZ", Type: measurement.NetworkUnknown}}, []measurement.Record{r})
		if err != nil {
			t.Fatal(err)
		}
		return batch
	}
	other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
	for _, test := range []struct {
		name   string
		batch  []byte
		signer ed25519.PrivateKey
		change func(http.Header)
		want   string
	}{
		{"all is well", answer("control", 1), testKey, nil, ""},
		{"no key", answer("control", 1), testKey, func(h http.Header) { h.Del("Lamplight-Key") }, "no key stands beside it"},
		{"another key", answer("control", 1), other, nil, "another key than the one you named"},
		{"another signature", answer("control", 1), testKey, func(h http.Header) { h.Set("Lamplight-Signature", h.Get("Lamplight-Key")) }, "the signature is not the key's"},
		{"a batch that the control delivered", answer("control", 1), testKey, func(h http.Header) {
			h.Set("Lamplight-Signature", base64.StdEncoding.EncodeToString(measurement.SignBatch(testKey, answer("control", 1))))
		}, "the signature is not the key's"},
		{"a probe's batch", answer("", 1), testKey, nil, "it is no batch of a control"},
		{"nothing", nil, testKey, nil, "it is no batch of a control"},
		{"another target", answer("control", 2), testKey, nil, "a target that was not asked for"},
		{"no target", answer("control", 0), testKey, nil, "a target that was not asked for"},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := http.Header{}
			h.Set("Lamplight-Key", base64.StdEncoding.EncodeToString(test.signer.Public().(ed25519.PublicKey)))
			h.Set("Lamplight-Signature", base64.StdEncoding.EncodeToString(measurement.SignAnswer(test.signer, test.batch)))
			if test.change != nil {
				test.change(h)
			}
			c := Client{key: testKey.Public().(ed25519.PublicKey)}
			_, err := c.read(h, test.batch, 1)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}

func TestClientSaysWhyThereIsNone(t *testing.T) {
	for status, want := range map[int]string{429: "busy", 503: "busy", 400: "does not look at such a target", 302: "is no control (status 302)"} {
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
		}))
		c, err := NewClient(web.URL, nil, guard.New(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Ask(t.Context(), []Target{{URL: "https://www.site.example/"}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d: %v, want %s", status, err, want)
		}
		web.Close()
		if _, err := c.Ask(t.Context(), nil); err == nil || err.Error() != "the control cannot be reached" {
			t.Errorf("%v, want it not reached, and no address of anybody", err)
		}
	}
}

func TestAddresses(t *testing.T) {
	public := func(text string) measurement.Answer {
		return measurement.Answer{Address: netip.MustParseAddr(text), Class: measurement.AddressPublic}
	}
	records := []measurement.Record{
		{Target: "www.site.example", DNS: &measurement.DNS{Answers: []measurement.Answer{public("93.184.216.34"), public("93.184.216.35"), {Class: measurement.AddressPrivate}}}},
		{Target: "other.example", DNS: &measurement.DNS{Answers: []measurement.Answer{public("93.184.216.36")}}},
		{Target: "www.site.example:443", TCP: &measurement.TCP{Address: netip.MustParseAddr("93.184.216.35")}},
		{Target: "https://www.site.example/", HTTP: &measurement.HTTP{}},
	}
	want := []netip.Addr{netip.MustParseAddr("93.184.216.35"), netip.MustParseAddr("93.184.216.34")}
	if diff := cmp.Diff(want, Addresses(records), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}

func TestKeyIsKept(t *testing.T) {
	name := t.TempDir() + "/control.key"
	first, err := LoadKey(name)
	if err != nil {
		t.Fatal(err)
	}
	again, err := LoadKey(name)
	if err != nil || !first.Equal(again) {
		t.Errorf("another key the second time: %v", err)
	}
	if _, err := LoadKey("control_test.go"); err == nil || !strings.Contains(err.Error(), "does not hold a key") {
		t.Errorf("%v", err)
	}
	if _, err := LoadKey("/nowhere/control.key"); err == nil {
		t.Error("a key was made where there is no folder")
	}
}

func FuzzRequest(f *testing.F) {
	f.Add([]byte(`{"targets":[{"url":"https://www.site.example/","addresses":["192.0.2.1","2001:db8::1"]}]}`))
	f.Add([]byte(`{"targets":[{"url":"HTTP://a.example:80/?q"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		targets, err := decode(body)
		if err != nil {
			if len(err.Error()) > 3*maxRequestBytes {
				t.Errorf("%d bytes of reason", len(err.Error()))
			}
			return
		}
		if len(targets) == 0 || len(targets) > MaxTargets {
			t.Fatalf("%d targets", len(targets))
		}
		for _, target := range targets {
			u, err := url.Parse(target.URL)
			host, port := target.place()
			if err != nil || measurement.CheckURL(target.URL) != nil || len(target.Addresses) > MaxAddresses || !strings.EqualFold(host, u.Hostname()) {
				t.Fatalf("%+v, at %s:%d", target, host, port)
			}
			for _, a := range target.Addresses {
				if !a.IsValid() || a.Zone() != "" {
					t.Fatalf("address %v", a)
				}
			}
		}
	})
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte(`{"schema":1,"software":"x","plan":"control","created_at":"2026-03-01T12:01:00Z","network":{"country":"ZZ","asn":0,"type":"unknown"},"sequence":1,"vantage":"control"}
{"kind":"dns","measured_at":"2026-03-01T12:00:00Z","duration_ms":1,"check":1,"target":"a.example","class":"foreign","dns":{"resolver":"system","transport":"system","query":"A"}}
`))
	f.Fuzz(func(t *testing.T, answer []byte) {
		h := http.Header{}
		h.Set("Lamplight-Key", base64.StdEncoding.EncodeToString(testKey.Public().(ed25519.PublicKey)))
		h.Set("Lamplight-Signature", base64.StdEncoding.EncodeToString(measurement.SignAnswer(testKey, answer)))
		found, err := (&Client{}).read(h, answer, 2)
		if err != nil {
			return
		}
		if len(found) != 2 {
			t.Fatalf("%d targets", len(found))
		}
		for _, records := range found {
			for i := range records {
				if err := records[i].Validate(); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
